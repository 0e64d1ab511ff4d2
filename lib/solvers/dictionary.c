/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solvers/dictionary.h"

#include <math.h>
#include <string.h>
#include "base/alloc.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/runtime.h"
#include "base/threads.h"
#include "data/batch.h"
#include "kernels/kernels.h"
#include "model/lasso.h"

#define BLOCK 1024    /* rows that go through the kernels at a time */
#define LANES 16      /* most tasks that solve for codes at once, each with its scratch */
#define CHUNK 16      /* rows that a lane takes at a time */
#define NO_LENGTH 1e-9 /* of v_j / A_jj: rounding, an atom that the others could stand in for */

typedef struct learner {
    const ae_dataset *dataset;
    const ae_dictionary_options *options;
    const ae_runtime *runtime;
    const aei_kernels *kernels;
    size_t n, d, k;
    aei_lasso lasso;
    aei_real *atoms;    /* [k,d], what `exact` is rounded to */
    double *exact;      /* [k,d] */
    double *gram;       /* [k,k] */
    double *a, *b;      /* A:[k,k], B:[k,d] */
    size_t *uses;       /* [k] codes in which an atom has a part */
    size_t batch;       /* rows whose codes are kept: all, or those of a mini-batch */
    size_t *order;      /* [n] */
    aei_real *codes;    /* [batch,k] */
    double *error;      /* [batch] 1/2 |x - D h|^2 */
    double *cost;       /* [batch] error + lambda |h|_1 */
    aei_real *x, *c;    /* [BLOCK,d], [BLOCK,k]: of one block */
    aei_real *part;     /* [k, the larger of k and d]: its share of A or B */
    double *v;          /* [d] */
    size_t lanes;
    void *scratch[LANES]; /* [d] and the lasso's */
} learner;

/* ---- the codes of a block */

/* out = a^T b over `rows` rows, and out = a b^T, through the table of kernels. */
static void transposed_product(const learner *l, const aei_real *a, size_t a_width, const aei_real *b, size_t b_width,
                               size_t rows, aei_real *out)
{
    l->kernels->dense_weight_gradient(&(aei_dense_weight_gradient){
        .runtime = l->runtime, .n = rows, .in = b_width, .out = a_width, .dz = a, .x = b, .x_stride = b_width, .dw = out});
}

static void product_transposed(const learner *l, const aei_real *a, size_t rows, const aei_real *b, aei_real *out)
{
    l->kernels->dense_forward(&(aei_dense_forward){
        .runtime = l->runtime, .n = rows, .in = l->d, .out = l->k, .x = a, .x_stride = l->d, .w = b,
        .f = {AE_IDENTITY, 0}, .y = out, .y_stride = l->k});
}

static void add_to(double *sum, const aei_real *part, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += (double)part[i];
}

typedef struct block {
    const learner *l;
    size_t first, count; /* rows of the batch */
    atomic_bool stopped; /* by l->options->cancel, which may be put back at once */
} block;

/* `left`:[d] is for x - D h, which 1/2 |x|^2 - c^T h + 1/2 h^T G h would lose to rounding where it is small. */
static void solve_row(const learner *l, size_t block_row, size_t row, aei_lasso_scratch *scratch, double *restrict left)
{
    const aei_real *x = l->x + block_row * l->d, *c = l->c + block_row * l->k;
    aei_real *h = l->codes + row * l->k;
    double square = 0, sum = 0;
    aei_lasso_solve(&l->lasso, c, aei_lasso_norm(x, l->d), h, scratch);
    for (size_t i = 0; i < l->d; i++)
        left[i] = (double)x[i];
    for (size_t j = 0; j < l->k; j++) {
        const aei_real *restrict atom = l->atoms + j * l->d;
        const double weight = (double)h[j];
        for (size_t i = 0; i < l->d && weight != 0; i++)
            left[i] -= weight * (double)atom[i];
        sum += fabs(weight);
    }
    for (size_t i = 0; i < l->d; i++)
        square += left[i] * left[i];
    l->error[row] = square / 2;
    l->cost[row] = square / 2 + l->options->lambda * sum;
}

static void run_lane(void *work, size_t lane)
{
    block *b = work;
    const learner *l = b->l;
    aei_lasso_scratch scratch;
    double *left = l->scratch[lane];
    aei_lasso_scratch_place(&scratch, l->k, l->d, left + l->d);
    for (size_t chunk = lane * CHUNK; chunk < b->count; chunk += l->lanes * CHUNK) {
        if (aei_is_cancelled(l->options->cancel)) {
            atomic_store(&b->stopped, true);
            return;
        }
        for (size_t r = chunk; r < chunk + CHUNK && r < b->count; r++)
            solve_row(l, r, b->first + r, &scratch, left);
    }
}

/* Codes, errors and costs of rows order[0..count-1], and their share of A and B. Codes start from where they are. */
static ae_status find_codes(learner *l, const size_t *order, size_t count)
{
    for (size_t first = 0; first < count; first += BLOCK) {
        block b = {l, first, count - first < BLOCK ? count - first : BLOCK, false};
        const aei_real *h = l->codes + first * l->k;
        aei_batch_gather(l->runtime, l->dataset, NULL, order + first, b.count, 0, l->x);
        product_transposed(l, l->x, b.count, l->atoms, l->c);
        aei_parallel_for(l->runtime, l->lanes, run_lane, &b);
        if (atomic_load(&b.stopped))
            return aei_cancel_fail();
        transposed_product(l, h, l->k, h, l->k, b.count, l->part);
        add_to(l->a, l->part, l->k * l->k);
        transposed_product(l, h, l->k, l->x, l->d, b.count, l->part);
        add_to(l->b, l->part, l->k * l->d);
        for (size_t i = 0; i < b.count * l->k; i++)
            l->uses[i % l->k] += h[i] != 0;
    }
    return AE_OK;
}

static double sum_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

/* ---- the atoms */

/* Makes v an atom if it has a direction: its part above 0 where atoms are not negative, scaled to norm 1. */
static bool set_atom(learner *l, size_t j, double *v, double least)
{
    double square = 0;
    for (size_t i = 0; i < l->d; i++) {
        v[i] = l->options->nonnegative_atoms && v[i] < 0 ? 0 : v[i];
        square += v[i] * v[i];
    }
    if (!(square > least * least))
        return false;
    for (size_t i = 0; i < l->d; i++)
        l->exact[j * l->d + i] = v[i] / sqrt(square);
    return true;
}

static ae_status update_atoms(learner *l)
{
    const size_t d = l->d, k = l->k;
    double *restrict v = l->v;
    for (size_t j = 0; j < k; j++) {
        if (aei_cancel_check(l->options->cancel) != AE_OK)
            return AE_ERROR_CANCELLED;
        const double own = l->a[j * k + j];
        if (!(own > 0))
            continue;
        memcpy(v, l->b + j * d, d * sizeof *v);
        for (size_t o = 0; o < k; o++) {
            const double *restrict other = l->exact + o * d;
            const double weight = l->a[j * k + o];
            for (size_t i = 0; i < d && weight != 0 && o != j; i++)
                v[i] -= weight * other[i];
        }
        set_atom(l, j, v, NO_LENGTH * own);
    }
    return AE_OK;
}

/* What is left of a row, chosen by its share of the error, takes the place of each atom that was not used; a row serves
 * once. `order` tells which rows the `count` codes belong to. */
static void replace_unused(learner *l, const size_t *order, size_t count, uint64_t turn)
{
    const aei_rng rng = aei_rng_stream(l->options->seed, AEI_RNG_SOLVER, turn, 0);
    for (size_t j = 0; j < l->k; j++) {
        if (l->uses[j] > 0)
            continue;
        aei_real random;
        size_t row = 0;
        aei_rng_uniform(&rng, j, 1, &random);
        double left = (double)random * sum_of(l->error, count);
        while (row + 1 < count && left >= l->error[row])
            left -= l->error[row++];
        const float *x = aei_dataset_row(l->dataset, order[row]);
        for (size_t i = 0; i < l->d; i++)
            l->v[i] = (double)x[i];
        for (size_t o = 0; o < l->k; o++)
            for (size_t i = 0; i < l->d && l->codes[row * l->k + o] != 0; i++)
                l->v[i] -= (double)l->codes[row * l->k + o] * l->exact[o * l->d + i];
        if (!set_atom(l, j, l->v, sqrt(l->error[row]) * NO_LENGTH))
            continue;
        l->error[row] = 0;
        for (size_t o = 0; o < l->k; o++)
            l->a[j * l->k + o] = l->a[o * l->k + j] = 0;
        memset(l->b + j * l->d, 0, l->d * sizeof *l->b);
    }
    memset(l->uses, 0, l->k * sizeof *l->uses);
}

/* Rounds the atoms for the kernels, and finds the Gram matrix of what they are then. */
static void publish(learner *l)
{
    for (size_t i = 0; i < l->k * l->d; i++)
        l->atoms[i] = (aei_real)l->exact[i];
    aei_lasso_gram(l->atoms, l->k, l->d, l->gram);
}

/* Given ones; else rows of the data, and random directions where rows are short of or zero. */
static void start(learner *l)
{
    const float *given = l->options->initial_atoms;
    const aei_rng rows = aei_rng_stream(l->options->seed, AEI_RNG_SOLVER, 0, 0);
    const aei_rng normal = aei_rng_stream(l->options->seed, AEI_RNG_SOLVER, 0, 1);
    if (!given)
        aei_rng_permutation(&rows, l->n, l->order);
    for (size_t j = 0; j < l->k; j++) {
        const float *from = given ? given + j * l->d : j < l->n ? aei_dataset_row(l->dataset, l->order[j]) : NULL;
        for (size_t i = 0; i < l->d; i++)
            l->v[i] = from ? (double)from[i] : 0;
        if (set_atom(l, j, l->v, 0))
            continue;
        l->kernels->normal(&normal, j * l->d, l->d, l->part);
        for (size_t i = 0; i < l->d; i++)
            l->v[i] = l->options->nonnegative_atoms ? fabs((double)l->part[i]) : (double)l->part[i];
        set_atom(l, j, l->v, 0);
    }
    publish(l);
}

/* ---- turns */

/* After find_codes() of `count` rows. A and B are summed in the kernels' numbers, which may overflow. */
static bool sums_are_finite(const learner *l, size_t count)
{
    return isfinite(sum_of(l->cost, count) + sum_of(l->a, l->k * l->k) + sum_of(l->b, l->k * l->d));
}

static ae_status fail_not_finite(void)
{
    return aei_fail(AE_ERROR_NUMERIC, "sums of squares are too large for a float: scale the data");
}

static ae_status learn_batch(learner *l, double *objective)
{
    double before = 0;
    aei_batch_order(l->order, l->n, 0, 0, 0);
    for (uint32_t turn = 0;; turn++) {
        memset(l->a, 0, l->k * l->k * sizeof *l->a);
        memset(l->b, 0, l->k * l->d * sizeof *l->b);
        ae_status status = find_codes(l, l->order, l->n);
        if (status != AE_OK)
            return status;
        if (!sums_are_finite(l, l->n))
            return fail_not_finite();
        *objective = sum_of(l->cost, l->n) / (double)l->n;
        if (turn == l->options->iterations || (turn > 0 && before - *objective <= l->options->min_improvement * before))
            return AE_OK;
        before = *objective;
        replace_unused(l, l->order, l->n, (uint64_t)turn + 1);
        status = update_atoms(l);
        if (status != AE_OK)
            return status;
        publish(l);
    }
}

/* Weight of what earlier batches left, at batch t = 1, 2, ... of eta rows. */
static double keep_share(double t, double eta, double n)
{
    const double theta = t < eta ? t * eta : eta * eta + t - eta;
    return fmin((theta + 1 - eta) / (theta + 1), 1 - eta / n);
}

static void scale(double *values, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= factor;
}

static size_t batch_rows(const learner *l, size_t first)
{
    return l->n - first < l->batch ? l->n - first : l->batch;
}

/* One pass over the rows in l->order, with the mean cost of the codes on the way. Atoms move where `learn` is given, the
 * number of batches so far. */
static ae_status pass(learner *l, double *learn, double *objective)
{
    double total = 0;
    for (size_t first = 0, count; first < l->n; first += count) {
        count = batch_rows(l, first);
        if (learn) {
            const double share = keep_share(*learn += 1, (double)l->batch, (double)l->n);
            scale(l->a, l->k * l->k, share);
            scale(l->b, l->k * l->d, share);
        }
        memset(l->codes, 0, count * l->k * sizeof *l->codes);
        ae_status status = find_codes(l, l->order + first, count);
        if (status != AE_OK)
            return status;
        if (!sums_are_finite(l, count))
            return fail_not_finite();
        total += sum_of(l->cost, count);
        if (learn) {
            status = update_atoms(l);
            if (status != AE_OK)
                return status;
            publish(l);
        }
    }
    *objective = total / (double)l->n;
    return AE_OK;
}

static ae_status learn_online(learner *l, double *objective)
{
    double batches = 0;
    for (uint32_t epoch = 0; epoch < l->options->iterations; epoch++) {
        aei_batch_order(l->order, l->n, 1, l->options->seed, epoch);
        ae_status status = pass(l, &batches, objective);
        if (status != AE_OK)
            return status;
        if (epoch + 1 < l->options->iterations) {
            const size_t last = (l->n - 1) / l->batch * l->batch;
            replace_unused(l, l->order + last, l->n - last, (uint64_t)epoch + 1);
            publish(l);
        }
    }
    aei_batch_order(l->order, l->n, 0, 0, 0);
    memset(l->a, 0, l->k * l->k * sizeof *l->a); /* the last pass is for the objective alone */
    memset(l->b, 0, l->k * l->d * sizeof *l->b);
    return pass(l, NULL, objective);
}

/* ---- memory */

static size_t lane_count(const ae_runtime *runtime)
{
    const ae_runtime_options *options = &aei_runtime_or_default(runtime)->options;
    return options->parallel || options->threads > LANES ? LANES : options->threads;
}

static ae_status allocate(learner *l)
{
    const ae_runtime *rt = l->runtime;
    const size_t d = l->d, k = l->k, wider = k > d ? k : d;
    bool complete = true;
    size_t size;
    l->exact = aei_alloc_array(rt, k, d * sizeof *l->exact);
    l->gram = aei_alloc_array(rt, k, k * sizeof *l->gram);
    l->a = aei_calloc(rt, k, k * sizeof *l->a);
    l->b = aei_calloc(rt, k, d * sizeof *l->b);
    l->uses = aei_calloc(rt, k, sizeof *l->uses);
    l->order = aei_alloc_array(rt, l->n, sizeof *l->order);
    l->codes = aei_calloc(rt, l->batch, k * sizeof *l->codes);
    l->error = aei_alloc_array(rt, l->batch, sizeof *l->error);
    l->cost = aei_alloc_array(rt, l->batch, sizeof *l->cost);
    l->x = aei_alloc_array(rt, BLOCK, d * sizeof *l->x);
    l->c = aei_alloc_array(rt, BLOCK, k * sizeof *l->c);
    l->part = aei_alloc_array(rt, k, wider * sizeof *l->part);
    l->v = aei_alloc_array(rt, d, sizeof *l->v);
    if (!aei_lasso_scratch_size(k, d, &size) || !aei_size_add(size, d * sizeof *l->v, &size))
        return aei_fail(AE_ERROR_NO_MEMORY, "%zu atoms of %zu numbers are too many to address", k, d);
    for (size_t i = 0; i < l->lanes; i++)
        complete &= (l->scratch[i] = aei_alloc(rt, size)) != NULL;
    complete &= l->exact && l->gram && l->a && l->b && l->uses && l->order && l->codes && l->error && l->cost && l->x &&
                l->c && l->part && l->v;
    return complete ? AE_OK : AE_ERROR_NO_MEMORY;
}

static void clear(learner *l)
{
    void *blocks[] = {l->exact, l->gram, l->a, l->b, l->uses, l->order, l->codes, l->error, l->cost, l->x, l->c, l->part,
                      l->v};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        aei_free(l->runtime, blocks[i]);
    for (size_t i = 0; i < l->lanes; i++)
        aei_free(l->runtime, l->scratch[i]);
}

ae_status aei_dictionary_find(aei_real *atoms, size_t k, const ae_dataset *dataset, const ae_dictionary_options *options,
                              double *objective)
{
    const bool online = options->method == AE_DICTIONARY_ONLINE;
    learner l = {.dataset = dataset, .options = options, .runtime = options->runtime,
                 .kernels = aei_kernels_of(options->runtime), .n = dataset->rows, .d = dataset->columns, .k = k,
                 .atoms = atoms, .lanes = lane_count(options->runtime)};
    ae_status status;
    double result = 0;
    l.batch = online && options->batch_size < l.n ? options->batch_size : l.n;
    status = allocate(&l);
    if (status == AE_OK) {
        l.lasso = (aei_lasso){l.gram, k, options->lambda, options->tolerance, options->nonnegative_code != 0};
        l.kernels->enter();
        start(&l);
        status = online ? learn_online(&l, &result) : learn_batch(&l, &result);
        l.kernels->leave();
    }
    clear(&l);
    if (status == AE_OK && objective)
        *objective = result;
    return status;
}
