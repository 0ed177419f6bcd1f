# `statusline try` as people use it, and every scenario by it. Read by run.sh.

last() { "$binary" try "$@" 2>&1 | tail -n 1; }
names() { "$binary" try "$@" --list 2>&1 | sed 's/ .*//' | tr '\n' ' '; }

check 'a code that comes for real is shown so, and its order named' \
  'It can be ordered as well, with nothing behind it: statusline try rehearsed/404.1' "$(last 404.1)"
check 'and both are listed' '404.1-no-such-site rehearsed/404.1 ' "$(names 404.1)"
check 'a code that is only ordered says so' 'It was ordered. No scenario brings it about for real.' "$(last 511)"
check 'an order says where the code comes for real' 'It was ordered. For real: statusline try 404.1' "$(last rehearsed/404.1)"
check 'a cause that was ordered is not told as if it had arisen' 'Why: 401.3 resource-list-denies, as it was ordered' \
  "$("$binary" try 401.3 | grep '^Why:')"
check 'a fault at a point' rehearsed/close@in-head\  "$(names close@in-head)"
check 'a fault at a number of bytes' rehearsed/stall@after-9\  "$(names stall@after:9)"
check 'a fault at all its points' 'rehearsed/garbage@after-content rehearsed/garbage@before-head rehearsed/garbage@in-head ' "$(names garbage)"
check 'a fault is told as one' '     outcome 0.750 fault-rehearsed' "$("$binary" try reset@in-content | grep outcome)"
check 'what there is not' 'statusline: no scenario shows 999; `statusline try --list` lists them' "$(last 999)"
check 'all of them is no code' 2 "$("$binary" try --all 404 >tried 2>&1; echo $?)"

"$binary" try --all >tried 2>&1
check 'every scenario comes out' 0 $?
check 'and each is told' "$("$binary" try --list | wc -l)" "$(grep -c '^ok  ' tried)"
grep -v '^ok  ' tried | grep -v ', 0 did not come out$' >&2
