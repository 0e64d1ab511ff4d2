/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/c_parts.h"

/* $ is the prefix, @ the prefix in capitals, %% a percent sign; see aei_c_put(). */
static const struct {
    bool math;
    unsigned needs;
    const char *text;
} table[] = {
    {false, 0,
     "/* y = a (W x) + c, W:[outputs, inputs]. Eight sums side by side round less than one, and vectors do them. */\n"
     "static void $_dense(const float *x, size_t inputs, const float *w, const float *a, const float *c,\n"
     "                    size_t outputs, float *y)\n"
     "{\n"
     "    const size_t whole = inputs - inputs %% 8;\n"
     "    for (size_t j = 0; j < outputs; j++, w += inputs) {\n"
     "        float s[8] = {0, 0, 0, 0, 0, 0, 0, 0};\n"
     "        for (size_t i = 0; i < whole; i += 8)\n"
     "            for (size_t k = 0; k < 8; k++)\n"
     "                s[k] += w[i + k] * x[i + k];\n"
     "        for (size_t i = whole; i < inputs; i++)\n"
     "            s[i - whole] += w[i] * x[i];\n"
     "        y[j] = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));\n"
     "        y[j] = (a ? a[j] * y[j] : y[j]) + (c ? c[j] : 0);\n"
     "    }\n"
     "}\n"},
    {false, 0,
     "/* y = a (W^T x) + c, W:[inputs, outputs]; eight outputs at a time. */\n"
     "static void $_dense_transposed(const float *x, size_t inputs, const float *w, const float *a, const float *c,\n"
     "                               size_t outputs, float *y)\n"
     "{\n"
     "    for (size_t first = 0; first < outputs; first += 8) {\n"
     "        const size_t n = outputs - first < 8 ? outputs - first : 8;\n"
     "        float s[4][8] = {{0, 0, 0, 0, 0, 0, 0, 0}};\n"
     "        for (size_t i = 0; i < inputs; i++)\n"
     "            for (size_t k = 0; k < n; k++)\n"
     "                s[i %% 4][k] += w[i * outputs + first + k] * x[i];\n"
     "        for (size_t k = 0, j = first; k < n; k++, j++) {\n"
     "            y[j] = (s[0][k] + s[1][k]) + (s[2][k] + s[3][k]);\n"
     "            y[j] = (a ? a[j] * y[j] : y[j]) + (c ? c[j] : 0);\n"
     "        }\n"
     "    }\n"
     "}\n"},
    {false, 0,
     "static float $_relu(float z)\n"
     "{\n"
     "    return z < 0 ? 0 : z;\n"
     "}\n"},
    {false, 0,
     "static float $_leaky_relu(float z, float a)\n"
     "{\n"
     "    return z < 0 ? a * z : z;\n"
     "}\n"},
    {true, 0,
     "/* e^z - 1; the quotient is exact where the difference is not (W. Kahan). */\n"
     "static float $_expm1(float z)\n"
     "{\n"
     "    const float u = expf(z), v = u - 1;\n"
     "    return u == 1 ? z : v <= -1 ? -1 : v * (z / logf(u));\n"
     "}\n"},
    {true, 0,
     "/* log(1 + u) for u in [0, 1], in the same manner. */\n"
     "static float $_log1p(float u)\n"
     "{\n"
     "    const float w = 1 + u;\n"
     "    return w == 1 ? u : logf(w) * (u / (w - 1));\n"
     "}\n"},
    {false, AEI_C_EXPM1,
     "static float $_elu(float z, float a)\n"
     "{\n"
     "    return z > 0 ? z : a * $_expm1(z);\n"
     "}\n"},
    {true, 0,
     "/* The error function: x + x p(x^2) near 0, 1 - e^(-x q(x)) further out. */\n"
     "static float $_erf(float x)\n"
     "{\n"
     "    static const float p[7] = {0.1283791661262512f, -0.37612628936767578f, 0.11283618956804276f,\n"
     "                               -0.026855174452066422f, 0.0051908446475863457f, -0.00080318358959630132f,\n"
     "                               7.9241304774768651e-5f};\n"
     "    static const float q[8] = {1.1289138793945313f, 0.63412296772003174f, 0.1078744456171989f,\n"
     "                               -0.025142190977931023f, 0.0043004327453672886f, -0.0004969639703631401f,\n"
     "                               3.4013432014035061e-5f, -1.0187205816691858e-6f};\n"
     "    const float size = x < 0 ? -x : x;\n"
     "    float sum = 0;\n"
     "    if (size > 4)\n"
     "        return x < 0 ? -1 : 1;\n"
     "    if (size < 1) {\n"
     "        for (int i = 7; i-- > 0;)\n"
     "            sum = sum * (x * x) + p[i];\n"
     "        return x + x * sum;\n"
     "    }\n"
     "    for (int i = 8; i-- > 0;)\n"
     "        sum = sum * size + q[i];\n"
     "    sum = 1 - expf(-size * sum);\n"
     "    return x < 0 ? -sum : sum;\n"
     "}\n"},
    {false, AEI_C_ERF,
     "static float $_gelu(float z)\n"
     "{\n"
     "    return z * (0.5f * (1 + $_erf(0.707106781f * z)));\n"
     "}\n"},
    {true, 0,
     "static float $_gelu_tanh(float z)\n"
     "{\n"
     "    return z * (0.5f * (1 + tanhf(0.797884561f * (z + 0.044715f * z * z * z))));\n"
     "}\n"},
    {true, 0,
     "static float $_tanh(float z)\n"
     "{\n"
     "    return tanhf(z);\n"
     "}\n"},
    {true, 0,
     "/* e^87 is as large as a float can hold. */\n"
     "static float $_sigmoid(float z)\n"
     "{\n"
     "    return 1 / (1 + expf(-(z < -87 ? -87 : z)));\n"
     "}\n"},
    {false, AEI_C_SIGMOID,
     "static float $_silu(float z)\n"
     "{\n"
     "    return z * $_sigmoid(z);\n"
     "}\n"},
    {true, AEI_C_LOG1P,
     "/* log(1 + e^z) */\n"
     "static float $_softplus(float z)\n"
     "{\n"
     "    return (z < 0 ? 0 : z) + $_log1p(expf(-fabsf(z)));\n"
     "}\n"},
    {true, AEI_C_LOG1P,
     "/* -t log p - (1 - t) log(1 - p), p = sigmoid(z); not a number for t outside [0, 1]. */\n"
     "static float $_cross_entropy(float z, float t)\n"
     "{\n"
     "    return t >= 0 && t <= 1 ? (z > 0 ? z : 0) - t * z + $_log1p(expf(-fabsf(z))) : NAN;\n"
     "}\n"},
    {true, 0,
     "static void $_softmax(float *z, size_t n)\n"
     "{\n"
     "    float most = z[0];\n"
     "    double sum = 0;\n"
     "    for (size_t j = 1; j < n; j++)\n"
     "        most = z[j] > most ? z[j] : most;\n"
     "    for (size_t j = 0; j < n; j++) {\n"
     "        z[j] = expf(z[j] - most);\n"
     "        sum += (double)z[j];\n"
     "    }\n"
     "    for (size_t j = 0; j < n; j++)\n"
     "        z[j] = (float)((double)z[j] / sum);\n"
     "}\n"},
    {false, 0,
     "/* Keeps the k largest of e, of equal ones the first; the others become 0. Keeps all if one is not a number. */\n"
     "static void $_keep_largest(const float *e, size_t n, size_t k, float *code)\n"
     "{\n"
     "    size_t count = 0, equals = k;\n"
     "    float least;\n"
     "    for (size_t j = 0; j < n; j++)\n"
     "        count += e[j] != e[j];\n"
     "    for (size_t j = 0; count > 0 && j < n; j++)\n"
     "        code[j] = e[j];\n"
     "    if (count > 0)\n"
     "        return;\n"
     "    for (size_t j = 0; j < n; j++) { /* the k largest, ascending */\n"
     "        size_t at = 0;\n"
     "        if (count == k && !(e[j] > code[0]))\n"
     "            continue;\n"
     "        if (count < k)\n"
     "            for (at = count++; at > 0 && code[at - 1] > e[j]; at--)\n"
     "                code[at] = code[at - 1];\n"
     "        else\n"
     "            for (; at + 1 < k && code[at + 1] < e[j]; at++)\n"
     "                code[at] = code[at + 1];\n"
     "        code[at] = e[j];\n"
     "    }\n"
     "    least = code[0];\n"
     "    for (size_t j = 0; j < n; j++)\n"
     "        equals -= e[j] > least;\n"
     "    for (size_t j = 0; j < n; j++) {\n"
     "        const int equal = e[j] == least && equals > 0;\n"
     "        equals -= equal ? 1 : 0;\n"
     "        code[j] = e[j] > least || equal ? e[j] : 0;\n"
     "    }\n"
     "}\n"},
};

#define PARTS (sizeof table / sizeof table[0])

static const char *const lasso_texts[] = { /* one for each function: compilers need not take longer ones */
    "/* Sparse coding: h minimises |x - D h|^2 / 2 + lambda |h|_1; the columns of D, the atoms, are the rows of W.\n"
    " * While the atoms in use and the signs of their coefficients stay, the minimum solves a linear system. So: a\n"
    " * step towards it, until it is reached or a coefficient becomes 0, which leaves the set; once it is reached,\n"
    " * the atom joins that violates its condition most. */\n"
    "\n"
    "static double $_inner_product(size_t first, size_t second)\n"
    "{\n"
    "    const float *a = $_encoder_0_weight + first * @_INPUT_DIM;\n"
    "    const float *b = $_encoder_0_weight + second * @_INPUT_DIM;\n"
    "    double sum = 0;\n"
    "    for (size_t i = 0; i < @_INPUT_DIM; i++)\n"
    "        sum += (double)a[i] * (double)b[i];\n"
    "    return sum;\n"
    "}\n",
    "/* Rows first..m-1 of the factors L P L^T of the active atoms' inner products: L, and P on its diagonal. */\n"
    "static void $_factorise($_work *w, size_t first, size_t m)\n"
    "{\n"
    "    for (size_t i = first; i < m; i++) {\n"
    "        double *row = w->factor + i * (i + 1) / 2;\n"
    "        double pivot = $_inner_product(w->active[i], w->active[i]);\n"
    "        const double least = $_least_pivot * pivot;\n"
    "        for (size_t j = 0; j < i; j++) {\n"
    "            const double *other = w->factor + j * (j + 1) / 2;\n"
    "            row[j] = $_inner_product(w->active[i], w->active[j]);\n"
    "            for (size_t l = 0; l < j; l++)\n"
    "                row[j] -= row[l] * other[l];\n"
    "        }\n"
    "        for (size_t j = 0; j < i; j++) {\n"
    "            const double scaled = row[j];\n"
    "            row[j] /= w->factor[j * (j + 3) / 2];\n"
    "            pivot -= scaled * row[j];\n"
    "        }\n"
    "        row[i] = pivot > least ? pivot : least;\n"
    "    }\n"
    "}\n",
    "/* r = W (x - D h): what is left of x, as the atoms see it. */\n"
    "static void $_find_rest(const float *x, $_work *w, size_t m)\n"
    "{\n"
    "    for (size_t i = 0; i < @_INPUT_DIM; i++)\n"
    "        w->rest[i] = (double)x[i];\n"
    "    for (size_t j = 0; j < m; j++) {\n"
    "        const float *atom = $_encoder_0_weight + w->active[j] * @_INPUT_DIM;\n"
    "        for (size_t i = 0; i < @_INPUT_DIM; i++)\n"
    "            w->rest[i] -= w->h[j] * (double)atom[i];\n"
    "    }\n"
    "    for (size_t j = 0; j < @_LATENT_DIM; j++) {\n"
    "        const float *atom = $_encoder_0_weight + j * @_INPUT_DIM;\n"
    "        w->r[j] = 0;\n"
    "        for (size_t i = 0; i < @_INPUT_DIM; i++)\n"
    "            w->r[j] += w->rest[i] * (double)atom[i];\n"
    "    }\n"
    "}\n",
    "/* The square root, by Newton's iteration from above. */\n"
    "static double $_root(double a)\n"
    "{\n"
    "    double y = a > 1 ? a : 1, next = (y + a / y) / 2;\n"
    "    while (next < y) {\n"
    "        y = next;\n"
    "        next = (y + a / y) / 2;\n"
    "    }\n"
    "    return y;\n"
    "}\n",
    "/* Do the active atoms meet their condition r = lambda sign(h), but for the rounding of r? */\n"
    "static int $_is_settled($_work *w, size_t m)\n"
    "{\n"
    "    double worst = 0, sum = w->size;\n"
    "    for (size_t i = 0; i < m; i++) {\n"
    "        const double fails = w->r[w->active[i]] - w->lambda * w->sign[i];\n"
    "        worst = fails > worst ? fails : -fails > worst ? -fails : worst;\n"
    "        sum += $_longest * $_longest * (w->h[i] < 0 ? -w->h[i] : w->h[i]);\n"
    "    }\n"
    "    w->rounding = $_rounding * sum;\n"
    "    return !(worst > $_active_tolerance * w->lambda + w->rounding);\n"
    "}\n",
    "/* Adds the atom that fails |r| <= lambda most; returns 0 if none does. */\n"
    "static int $_grow($_work *w, size_t m)\n"
    "{\n"
    "    double most = w->lambda * (1 + $_tolerance) + w->rounding;\n"
    "    size_t best = @_LATENT_DIM;\n"
    "    for (size_t j = 0; j < @_LATENT_DIM; j++) {\n"
    "        const double value = $_pull(w->r[j]);\n"
    "        if (value > most) {\n"
    "            most = value;\n"
    "            best = j;\n"
    "        }\n"
    "    }\n"
    "    if (best == @_LATENT_DIM || m == @_ACTIVE_MAX)\n"
    "        return 0;\n"
    "    w->active[m] = best;\n"
    "    w->h[m] = 0;\n"
    "    w->sign[m] = w->r[best] > 0 ? 1 : -1;\n"
    "    $_factorise(w, m, m + 1);\n"
    "    return 1;\n"
    "}\n",
    "/* step = (L P L^T)^-1 (r - lambda sign) on the active atoms. */\n"
    "static void $_find_step($_work *w, size_t m)\n"
    "{\n"
    "    for (size_t i = 0; i < m; i++) {\n"
    "        const double *row = w->factor + i * (i + 1) / 2;\n"
    "        w->step[i] = w->r[w->active[i]] - w->lambda * w->sign[i];\n"
    "        for (size_t l = 0; l < i; l++)\n"
    "            w->step[i] -= row[l] * w->step[l];\n"
    "    }\n"
    "    for (size_t i = 0; i < m; i++)\n"
    "        w->step[i] /= w->factor[i * (i + 3) / 2];\n"
    "    for (size_t i = m; i-- > 0;)\n"
    "        for (size_t l = 0; l < i; l++)\n"
    "            w->step[l] -= w->factor[i * (i + 1) / 2 + l] * w->step[i];\n"
    "}\n",
    "/* Goes along the step until a coefficient is 0. Returns which one, or m if all keep their signs to the end. */\n"
    "static size_t $_walk($_work *w, size_t m)\n"
    "{\n"
    "    size_t stop = m;\n"
    "    double length = 1;\n"
    "    for (size_t i = 0; i < m; i++)\n"
    "        if (!(w->sign[i] * (w->h[i] + w->step[i]) > 0)) {\n"
    "            const double reach = w->h[i] == 0 ? 0 : w->h[i] / -w->step[i];\n"
    "            if (stop == m || reach < length) {\n"
    "                length = reach;\n"
    "                stop = i;\n"
    "            }\n"
    "        }\n"
    "    for (size_t i = 0; i < m; i++)\n"
    "        w->h[i] += length * w->step[i];\n"
    "    return stop;\n"
    "}\n",
    "static void $_sparse_code(const float *x, float *code, $_work *w)\n"
    "{\n"
    "    size_t m = 0;\n"
    "    double square = 0;\n"
    "    float finite = 0;\n"
    "    for (size_t i = 0; i < @_INPUT_DIM; i++) {\n"
    "        finite += x[i] - x[i];\n"
    "        square += (double)x[i] * (double)x[i];\n"
    "    }\n"
    "    for (size_t j = 0; j < @_LATENT_DIM; j++)\n"
    "        code[j] = finite; /* 0, or not a number */\n"
    "    if (finite != 0)\n"
    "        return;\n"
    "    w->size = $_longest * $_root(square);\n"
    "    w->lambda = $_least_lambda * w->size + $_tiny; /* a smaller one is lost in the rounding of floats */\n"
    "    w->lambda = $_lambda > w->lambda ? $_lambda : w->lambda;\n"
    "    $_find_rest(x, w, 0);\n"
    "    for (size_t steps = @_STEPS_MAX; steps > 0; steps--) {\n"
    "        const int settled = $_is_settled(w, m);\n"
    "        size_t stop;\n"
    "        if (settled && !$_grow(w, m))\n"
    "            break;\n"
    "        m += settled ? 1 : 0;\n"
    "        $_find_step(w, m);\n"
    "        stop = $_walk(w, m);\n"
    "        if (stop < m) {\n"
    "            const int hopeless = settled && stop + 1 == m; /* it joined by rounding only */\n"
    "            m--;\n"
    "            for (size_t i = stop; i < m; i++) {\n"
    "                w->active[i] = w->active[i + 1];\n"
    "                w->h[i] = w->h[i + 1];\n"
    "                w->sign[i] = w->sign[i + 1];\n"
    "            }\n"
    "            $_factorise(w, stop, m);\n"
    "            if (hopeless)\n"
    "                break;\n"
    "        }\n"
    "        $_find_rest(x, w, m);\n"
    "    }\n"
    "    for (size_t i = 0; i < m; i++)\n"
    "        if (w->sign[i] * w->h[i] > 0)\n"
    "            code[w->active[i]] = (float)w->h[i];\n"
    "}\n",
};

unsigned aei_c_parts_with_needs(unsigned parts)
{
    for (size_t i = PARTS; i-- > 0;)
        if (parts >> i & 1)
            parts |= table[i].needs;
    return parts;
}

bool aei_c_parts_need_math(unsigned parts)
{
    bool math = false;
    for (size_t i = 0; i < PARTS; i++)
        math |= (parts >> i & 1) && table[i].math;
    return math;
}

void aei_c_put_parts(aei_c_text *c, unsigned parts)
{
    for (size_t i = 0; i < PARTS; i++)
        if (parts >> i & 1) {
            aei_c_put(c, "\n");
            aei_c_put(c, table[i].text);
        }
}

void aei_c_put_lasso_members(aei_c_text *c, size_t atoms, size_t d)
{
    const size_t most = aei_lasso_capacity(atoms, d);
    aei_c_put(c, "    double factor[%z], h[%z], step[%z], sign[%z];\n", most * (most + 1) / 2, most, most, most);
    aei_c_put(c, "    double r[%z], rest[%z];\n", atoms, d);
    aei_c_put(c, "    double size, lambda, rounding;\n");
    aei_c_put(c, "    size_t active[%z];\n", most);
}

void aei_c_put_lasso(aei_c_text *c, const aei_lasso *lasso, size_t d)
{
    const size_t most = aei_lasso_capacity(lasso->atoms, d);
    aei_c_put(c, "\n#define @_ACTIVE_MAX %z\n", most);
    aei_c_put(c, "#define @_STEPS_MAX %z\n", (size_t)AEI_LASSO_STEPS_PER_ATOM * most);
    aei_c_put(c, "static const double $_lambda = %d, $_least_lambda = %d, $_tiny = %d;\n", lasso->lambda,
              AEI_LASSO_LEAST_LAMBDA, AEI_LASSO_TINY);
    aei_c_put(c, "static const double $_tolerance = %d, $_active_tolerance = %d;\n", lasso->tolerance,
              AEI_LASSO_ACTIVE_TOLERANCE * lasso->tolerance);
    aei_c_put(c, "static const double $_rounding = %d, $_least_pivot = %d;\n", AEI_LASSO_ROUNDING,
              AEI_LASSO_LEAST_PIVOT);
    aei_c_put(c, "static const double $_longest = %d; /* norm of an atom */\n\n",
              aei_lasso_longest(lasso->gram, lasso->atoms));
    aei_c_put(c, "static double $_pull(double r)\n{\n    return %s;\n}\n", lasso->nonnegative ? "r" : "r < 0 ? -r : r");
    for (size_t i = 0; i < sizeof lasso_texts / sizeof lasso_texts[0]; i++) {
        aei_c_put(c, "\n");
        aei_c_put(c, lasso_texts[i]);
    }
}
