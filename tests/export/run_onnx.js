// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//
// Runs ONNX graphs for check_onnx.py:   node run_onnx.js JOBS.json
//
// JOBS: [{"model": path, "input": name, "width": n, "data": path, "outputs": {name: path}}], floats of this machine.
// Each graph runs all rows one by one, then in batches of 7, and must give the same; the one-row results are written.
// ONNXRUNTIME_NODE_DIR is the folder that has node_modules/onnxruntime-node.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require(path.join(process.env.ONNXRUNTIME_NODE_DIR, 'node_modules', 'onnxruntime-node'));

function floats(file) {
    const bytes = fs.readFileSync(file);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

// The outputs of all rows, `batch` at a time.
async function run(session, job, data, batch) {
    const rows = data.length / job.width;
    const found = {};
    for (const name of Object.keys(job.outputs))
        found[name] = [];
    for (let first = 0; first < rows; first += batch) {
        const n = Math.min(batch, rows - first);
        const x = new ort.Tensor('float32', data.slice(first * job.width, (first + n) * job.width), [n, job.width]);
        const results = await session.run({[job.input]: x});
        if (Object.keys(results).sort().join() !== Object.keys(job.outputs).sort().join())
            throw new Error(`${job.model}: outputs ${Object.keys(results)}`);
        for (const name of Object.keys(results)) {
            if (results[name].dims[0] !== n)
                throw new Error(`${job.model}: ${name} has shape ${results[name].dims} for ${n} rows`);
            found[name].push(...results[name].data);
        }
    }
    return found;
}

async function main() {
    for (const job of JSON.parse(fs.readFileSync(process.argv[2]))) {
        const session = await ort.InferenceSession.create(job.model, {logSeverityLevel: 3, intraOpNumThreads: 1});
        const data = floats(job.data);
        const single = await run(session, job, data, 1);
        const batches = await run(session, job, data, 7);
        for (const [name, file] of Object.entries(job.outputs)) {
            const scale = single[name].reduce((most, y) => Math.max(most, Math.abs(y)), 0);
            for (let i = 0; i < single[name].length; i++)
                if (!(Math.abs(single[name][i] - batches[name][i]) <= 1e-5 * scale))
                    throw new Error(`${job.model}: ${name} depends on the batch`);
            fs.writeFileSync(file, Buffer.from(new Float32Array(single[name]).buffer));
        }
    }
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
