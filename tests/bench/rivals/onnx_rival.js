// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//
// I1 and I2 of docs/performance.md in ONNX Runtime; one JSON object a line, as bench prints them.
//   NODE_PATH=FOLDER/node_modules node onnx_rival.js MODEL.onnx THREADS SECONDS WINDOWS WORKLOAD...
// MODEL is what torch_rival.py --export writes. The times include the call from JavaScript.
'use strict';
const ort = require('onnxruntime-node');
const [model, threads, seconds, windows, ...workloads] = process.argv.slice(2);

const now = () => Number(process.hrtime.bigint()) * 1e-9;
const median = (values) => Float64Array.from(values).sort()[values.length >> 1];

// Rows with as many zeros as MNIST's; what is in them does not change the time.
function makeRows(count) {
  const x = new Float32Array(count * 784);
  for (let i = 0; i < x.length; i++) x[i] = Math.max(0, Math.random() / 0.191 - 1 / 0.191 + 1);
  return x;
}

(async () => {
  const rows = 8192;
  const x = makeRows(rows);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
  for (const workload of workloads) {
    const batch = workload === 'I1' ? 1 : 1024;
    const outputs = workload === 'I1' ? ['code'] : ['code', 'reconstruction'];
    const calls = [];
    const rates = [];
    let place = 0;
    for (let window = -1; window < Number(windows); window++) { // the first one warms up
      const start = now();
      let samples = 0;
      while (now() - start < (window < 0 ? 0.3 : 1) * Number(seconds)) {
        const input = new ort.Tensor('float32', x.subarray(place * 784, (place + batch) * 784), [batch, 784]);
        const begin = now();
        await session.run({ x: input }, outputs);
        if (window >= 0) calls.push(now() - begin);
        place = place + 2 * batch <= rows ? place + batch : 0;
        samples += batch;
      }
      if (window >= 0) rates.push(samples / (now() - start));
    }
    const rate = workload === 'I1' ? 1 / median(calls) : median(rates);
    console.log(JSON.stringify({
      rival: `ONNX Runtime ${require('onnxruntime-node/package.json').version}`, workload, threads: Number(threads),
      blas: '', samples_per_s: rate, low: Math.min(...rates), high: Math.max(...rates),
    }));
  }
})();
