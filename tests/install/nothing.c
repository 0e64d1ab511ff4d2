/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a program costs that is linked with the same BLAS and does nothing: a BLAS may start threads of its own. */
int main(void)
{
    return 0;
}
