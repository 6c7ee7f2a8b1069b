-- One POST again and again, from the folder BENCHMARK_REQUEST: "headers", one a line, "body", "variants", a line for
-- each header in which requests differ, and "expected", which every answer must be to the letter. Each request has an
-- identifier of its own in the place of MARK, so that a server can tell those of a session apart. Ends with JSON.
local folder = os.getenv("BENCHMARK_REQUEST")
local MARK = "4711000000"
local threads = {}

local function content(name)
    local file = assert(io.open(folder .. "/" .. name, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function split(text)
    local first, last = string.find(text, MARK, 1, true)
    if not first then
        return text, ""
    end
    return string.sub(text, 1, first - 1), string.sub(text, last + 1)
end

local expected = content("expected")
local before, after = split(expected)
local heads, tail, turn = {}, nil, 0
wrong, number = 0, 1000000000

function setup(thread)
    table.insert(threads, thread)
    thread:set("number", #threads * 100000000 + 1000000000)
end

function init()
    local body = content("body")
    for name, value in string.gmatch(content("headers"), "([^:\n]+): ([^\n]*)") do
        wrk.headers[name] = value
    end
    for name, value in string.gmatch(content("variants"), "([^:\n]+): ([^\n]*)") do
        wrk.headers[name] = value
        local head
        head, tail = split(wrk.format("POST", nil, nil, body))
        table.insert(heads, head)
    end
    if #heads == 0 then
        local head
        head, tail = split(wrk.format("POST", nil, nil, body))
        table.insert(heads, head)
    end
end

function request()
    number, turn = number + 1, turn % #heads + 1
    return heads[turn] .. number .. tail
end

function response(status, _, body)
    if status ~= 200 or #body ~= #expected or string.sub(body, 1, #before) ~= before
        or string.sub(body, #expected - #after + 1) ~= after then
        wrong = wrong + 1
    end
end

function done(summary, latency)
    local errors, different = summary.errors, 0
    for _, thread in ipairs(threads) do
        different = different + thread:get("wrong")
    end
    print(string.format(
        '{"requests": %d, "seconds": %.6f, "errors": %d, "wrong": %d, ' ..
        '"p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}',
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.timeout, different,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
