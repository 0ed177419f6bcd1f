-- wrk prints what it counted in one line that a program can read.
-- A depth after "--" on wrk's command line sends so many requests at once on each connection.

local batch

function init(args)
  local depth = tonumber(args[1] or "1")
  if depth > 1 then
    local one = wrk.format(nil, wrk.path)
    batch = string.rep(one, depth)
    request = function() return batch end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "COUNTED requests=%d microseconds=%d bytes=%d broken=%d refused=%d\n",
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
