/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/lasso.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"

#define TILE 16  /* columns of G that are found together */
#define DEPTH 64 /* and features that are added to them together */

bool aei_lasso_scratch_size(size_t atoms, size_t d, size_t *bytes)
{
    const size_t m = aei_lasso_capacity(atoms, d);
    size_t numbers;
    return aei_size_mul(m, m + 9, &numbers) && aei_size_add(numbers, 2 * atoms, &numbers) &&
           aei_size_mul(numbers / 2, sizeof(double), bytes);
}

void aei_lasso_scratch_place(aei_lasso_scratch *scratch, size_t atoms, size_t d, void *memory)
{
    const size_t m = aei_lasso_capacity(atoms, d);
    scratch->capacity = m;
    scratch->factor = memory;
    scratch->h = scratch->factor + m * (m + 1) / 2;
    scratch->step = scratch->h + m;
    scratch->sign = scratch->step + m;
    scratch->r = scratch->sign + m;
    scratch->active = (size_t *)(void *)(scratch->r + atoms);
}

/* One row on its way. */
typedef struct search {
    const aei_lasso *lasso;
    const aei_real *c;
    aei_lasso_scratch *s;
    double size, lambda;
    double rounding; /* that there may be in r */
    size_t m;        /* active atoms */
} search;

static double *factor_row(const search *q, size_t i)
{
    return q->s->factor + i * (i + 1) / 2;
}

static const double *gram_row(const search *q, size_t active)
{
    return q->lasso->gram + q->s->active[active] * q->lasso->atoms;
}

/* Rows first..m-1 of L. A pivot that is too small is raised: that is G_AA with a little more on its diagonal, with which
 * a step still lowers the objective; it ends where another atom leaves the set. */
static void factorise(search *q, size_t first)
{
    for (size_t i = first; i < q->m; i++) {
        const double *g = gram_row(q, i);
        double *row = factor_row(q, i);
        for (size_t j = 0; j <= i; j++) {
            const double *other = factor_row(q, j);
            double sum = g[q->s->active[j]];
            for (size_t l = 0; l < j; l++)
                sum -= row[l] * other[l];
            row[j] = j < i ? sum * other[j] : sum;
        }
        const double least = AEI_LASSO_LEAST_PIVOT * g[q->s->active[i]];
        row[i] = 1 / sqrt(row[i] > least ? row[i] : least);
    }
}

/* r = c - G h, afresh each time, so that rounding does not gather. */
static void find_rest(search *q)
{
    const size_t k = q->lasso->atoms;
    double *restrict r = q->s->r;
    for (size_t j = 0; j < k; j++)
        r[j] = (double)q->c[j];
    for (size_t i = 0; i < q->m; i++) {
        const double *restrict g = gram_row(q, i);
        const double h = q->s->h[i];
        for (size_t j = 0; j < k; j++)
            r[j] -= h * g[j];
    }
}

/* Whether the active atoms meet their conditions. */
static bool is_settled(search *q)
{
    double worst = 0, sum = q->size;
    for (size_t i = 0; i < q->m; i++) {
        const size_t j = q->s->active[i];
        const double fails = fabs(q->s->r[j] - q->lambda * q->s->sign[i]);
        worst = fails > worst ? fails : worst;
        sum += fabs(q->s->h[i]) * gram_row(q, i)[j];
    }
    q->rounding = AEI_LASSO_ROUNDING * sum;
    return !(worst > AEI_LASSO_ACTIVE_TOLERANCE * q->lasso->tolerance * q->lambda + q->rounding);
}

/* Adds the atom that violates its condition most; false if none does. Active ones meet theirs already. */
static bool grow(search *q)
{
    const aei_lasso *lasso = q->lasso;
    aei_lasso_scratch *s = q->s;
    double most = q->lambda * (1 + lasso->tolerance) + q->rounding;
    size_t best = lasso->atoms;
    for (size_t j = 0; j < lasso->atoms; j++) {
        const double value = lasso->nonnegative ? s->r[j] : fabs(s->r[j]);
        if (value > most) {
            most = value;
            best = j;
        }
    }
    if (best == lasso->atoms || q->m == s->capacity)
        return false;
    s->active[q->m] = best;
    s->h[q->m] = 0;
    s->sign[q->m] = s->r[best] > 0 ? 1 : -1;
    q->m++;
    factorise(q, q->m - 1);
    return true;
}

/* step = (L L^T)^-1 (r_A - lambda s_A), which leads to the solution of the linear system. */
static void find_step(search *q)
{
    double *step = q->s->step;
    for (size_t i = 0; i < q->m; i++) {
        const double *row = factor_row(q, i);
        double sum = q->s->r[q->s->active[i]] - q->lambda * q->s->sign[i];
        for (size_t l = 0; l < i; l++)
            sum -= row[l] * step[l];
        step[i] = sum * row[i];
    }
    for (size_t i = q->m; i-- > 0;) {
        const double *row = factor_row(q, i);
        step[i] *= row[i];
        for (size_t l = 0; l < i; l++)
            step[l] -= row[l] * step[i];
    }
}

/* Goes along the step until a coefficient is 0. Returns which one, or m if all keep their signs to the end. */
static size_t walk(search *q)
{
    aei_lasso_scratch *s = q->s;
    size_t stop = q->m;
    double length = 1;
    for (size_t i = 0; i < q->m; i++)
        if (!(s->sign[i] * (s->h[i] + s->step[i]) > 0)) {
            const double reach = s->h[i] == 0 ? 0 : s->h[i] / -s->step[i];
            if (stop == q->m || reach < length) {
                length = reach;
                stop = i;
            }
        }
    for (size_t i = 0; i < q->m; i++)
        s->h[i] += length * s->step[i];
    return stop;
}

static void leave(search *q, size_t which)
{
    aei_lasso_scratch *s = q->s;
    q->m--;
    for (size_t i = which; i < q->m; i++) {
        s->active[i] = s->active[i + 1];
        s->h[i] = s->h[i + 1];
        s->sign[i] = s->sign[i + 1];
    }
    factorise(q, which);
}

static bool all_finite(const aei_real *c, size_t count)
{
    bool finite = true;
    for (size_t j = 0; j < count; j++)
        finite &= isfinite(c[j]) != 0;
    return finite;
}

static void start(search *q, const aei_real *h)
{
    for (size_t j = 0; j < q->lasso->atoms && q->m < q->s->capacity; j++)
        if (h[j] != 0) {
            q->s->active[q->m] = j;
            q->s->h[q->m] = (double)h[j];
            q->s->sign[q->m] = h[j] > 0 ? 1 : -1;
            q->m++;
        }
    factorise(q, 0);
    find_rest(q);
}

void aei_lasso_solve(const aei_lasso *lasso, const aei_real *c, double size, aei_real *h, aei_lasso_scratch *scratch)
{
    search q = {.lasso = lasso, .c = c, .s = scratch, .size = size};
    q.lambda = fmax(lasso->lambda, AEI_LASSO_LEAST_LAMBDA * size + AEI_LASSO_TINY);
    if (!all_finite(c, lasso->atoms)) {
        for (size_t j = 0; j < lasso->atoms; j++)
            h[j] = (aei_real)NAN;
        return;
    }
    start(&q, h);
    for (size_t steps = AEI_LASSO_STEPS_PER_ATOM * scratch->capacity; steps > 0; steps--) {
        const bool settled = is_settled(&q);
        if (settled && !grow(&q))
            break;
        find_step(&q);
        const size_t stop = walk(&q);
        if (stop < q.m) {
            const bool hopeless = settled && stop + 1 == q.m; /* the newcomer, at once: it joined by rounding only */
            leave(&q, stop);
            if (hopeless)
                break;
        }
        find_rest(&q);
    }
    memset(h, 0, lasso->atoms * sizeof *h);
    for (size_t i = 0; i < q.m; i++)
        if (scratch->sign[i] * scratch->h[i] > 0) /* else it became 0 together with another, but for rounding */
            h[scratch->active[i]] = (aei_real)scratch->h[i];
}

/* ---- what it needs */

/* gram[j, first..first+columns-1] += those of the features from..from+depth-1, for the rows j from `first` on. */
static void add_tile(const aei_real *atoms, size_t k, size_t d, size_t first, size_t from, double *gram)
{
    const size_t columns = k - first < TILE ? k - first : TILE, depth = d - from < DEPTH ? d - from : DEPTH;
    double tile[DEPTH][TILE] = {{0}};
    for (size_t c = 0; c < columns; c++)
        for (size_t i = 0; i < depth; i++)
            tile[i][c] = (double)atoms[(first + c) * d + from + i];
    for (size_t j = first; j < k; j++) {
        const aei_real *atom = atoms + j * d + from;
        double sum[TILE] = {0};
        for (size_t i = 0; i < depth; i++)
            for (size_t c = 0; c < TILE; c++)
                sum[c] += (double)atom[i] * tile[i][c];
        for (size_t c = 0; c < columns; c++)
            gram[j * k + first + c] += sum[c];
    }
}

void aei_lasso_gram(const aei_real *atoms, size_t k, size_t d, double *gram)
{
    memset(gram, 0, k * k * sizeof *gram);
    for (size_t first = 0; first < k; first += TILE)
        for (size_t from = 0; from < d; from += DEPTH)
            add_tile(atoms, k, d, first, from, gram);
    for (size_t j = 0; j < k; j++)
        for (size_t l = j + 1; l < k; l++)
            gram[j * k + l] = gram[l * k + j];
}

double aei_lasso_longest(const double *gram, size_t atoms)
{
    double longest = 0;
    for (size_t j = 0; j < atoms; j++)
        longest = fmax(longest, gram[j * atoms + j]);
    return sqrt(longest);
}

double aei_lasso_norm(const aei_real *x, size_t d)
{
    double square = 0;
    for (size_t i = 0; i < d; i++)
        square += (double)x[i] * (double)x[i];
    return sqrt(square);
}
