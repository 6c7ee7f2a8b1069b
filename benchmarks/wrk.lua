-- One POST again and again: its headers, one a line, and its body come from the environment. Ends with a line of JSON.
wrk.method = "POST"
wrk.body = os.getenv("BENCHMARK_BODY")
for name, value in string.gmatch(os.getenv("BENCHMARK_HEADERS"), "([^:\n]+): ([^\n]*)") do
    wrk.headers[name] = value
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "seconds": %.6f, "errors": %d, ' ..
        '"p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}',
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
        latency.max / 1e3))
end
