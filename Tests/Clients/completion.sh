#!/bin/bash
# Tests/Clients/completion.sh BINARY: real shells complete the command line with the scripts that the program prints: bash always, zsh and
# fish where they are installed. It fails where a completion does.
set -u
here=$(cd "$(dirname "$0")" && pwd)
binary=${1:?usage: Tests/Clients/completion.sh BINARY}
case $binary in /*) ;; *) binary=$PWD/$binary ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/statusline-completion-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/home" "$work/files"
ln -s "$binary" "$work/bin/statusline"
: >"$work/files/site one.yaml"
export PATH="$work/bin:$PATH" HOME="$work/home" LC_ALL=C.UTF-8
for shell in bash zsh fish; do statusline help --completion $shell >"$work/completion.$shell" || exit 1; done
cd "$work/files" || exit 1

subject=completion
. "$here/checks.sh"

# What bash would offer for the words of a line, one a line; the last word is the one under way
offered() {
  bash --norc --noprofile -c '
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9; COLUMNS=80
    _statusline statusline
    printf "%s\n" "${COMPREPLY[@]}"' bash "$work/completion.bash" "$@" 2>&1
}
# The same for a line as bash parts it: at "@" and ":" too. LINE WORD-OF-BASH WORDS...
offered_line() {
  bash --norc --noprofile -c '
    source "$1"; COMP_LINE=$2 COMP_POINT=${#2}; word=$3; shift 3
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9; COLUMNS=80
    _statusline statusline "$word"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$work/completion.bash" "$@" 2>&1
}
check 'bash: the script is sound' '' "$(bash -n "$work/completion.bash" 2>&1)"
check 'bash: a command' explain "$(offered statusline ex)"
check 'bash: one code stands alone' 403.14 "$(offered statusline explain 403.14)"
check 'bash: codes stand with their names' '404          Not Found' "$(offered statusline explain 404 | head -n 1)"
check 'bash: and with their causes' '404.3        media-type-not-mapped' "$(offered statusline explain 404 | grep '^404\.3 ')"
check 'bash: few digits are statuses only' '' "$(offered statusline explain 40 | grep '\.')"
check 'bash: a name' directory-listing-denied "$(offered statusline explain directory-l)"
check "bash: another server's sign" AH01797 "$(offered statusline explain AH01797)"
check 'bash: what there is not' '' "$(offered statusline explain 999)"
check 'bash: scenarios' 404.8 "$(offered statusline try 404.8)"
check 'bash: what is only rehearsed' 511 "$(offered statusline try 511)"
check 'bash: a fault behind its @' @in-head \
  "$(offered_line 'statusline try close@in-h' @in-h statusline try close @ in-h)"
check 'bash: an armed fault' '@in-content @in-head' \
  "$(offered_line 'statusline arm --fault stall@in' @in statusline arm --fault stall @ in | xargs)"
check 'bash: a code behind its colon' 499 "$(offered_line 'statusline explain nginx:499' 499 statusline explain nginx : 499)"
check 'bash: an armed status' 503.2 "$(offered statusline arm --status 503.2)"
check 'bash: a rehearsal takes no word' '' "$(offered statusline rehearse 40)"
check 'bash: an option' --lang "$(offered statusline explain --l | grep lang)"
check 'bash: a language' th "$(offered statusline explain --lang t)"
check 'bash: a file with a blank' 'site one.yaml' "$(offered statusline check si)"
check 'bash: after an option' 'site one.yaml' "$(offered statusline serve --config si)"

if command -v fish >/dev/null; then
  asked() { fish --no-config -c "source $work/completion.fish; complete -C '$1'" 2>&1; }
  check 'fish: a code with its name' "$(printf '403.14\tdirectory-listing-denied')" "$(asked 'statusline explain 403.14')"
  check 'fish: a status' "$(printf '404\tNot Found')" "$(asked 'statusline explain 404' | head -n 1)"
  check 'fish: scenarios' 404.8 "$(asked 'statusline try 404.8' | cut -f 1)"
  check 'fish: a fault' close@in-head "$(asked 'statusline try close@in-h' | cut -f 1)"
  check 'fish: an armed fault' stall@in-head "$(asked 'statusline arm --fault stall@in-h' | cut -f 1)"
  check 'fish: an armed status' 503.2 "$(asked 'statusline arm --status 503.2' | cut -f 1)"
  check 'fish: a language' th "$(asked 'statusline explain --lang t' | cut -f 1)"
else
  echo 'completion: fish is not installed, not run'
fi

if command -v zsh >/dev/null; then
  check 'zsh: the script is sound' '' "$(zsh -f -n "$work/completion.zsh" 2>&1)"
  # The completion's own words, without a terminal: what it hands to _describe and to _arguments
  described() {
    zsh -f -c '
      compdef() { :; }
      _describe() { local name=${@[-1]}; print -rl -- "${(@P)name}"; }
      _arguments() { local spec=${@[-1]}; [[ $spec == *_statusline_codes ]] && _statusline_codes; }
      words=(statusline "$2" "$3"); CURRENT=3; PREFIX=$3
      source "$1"' zsh "$work/completion.zsh" "$@" 2>&1
  }
  check 'zsh: a code with its name' '403.14:directory-listing-denied' "$(described explain 403.14)"
  check 'zsh: a status' '404:Not Found' "$(described explain 404 | head -n 1)"
  check 'zsh: a fault' close@in-head:rehearsed "$(described try close@in-h)"
  check 'zsh: a colon is escaped' 'nginx\:499:Client closed request' "$(described explain nginx | grep 499)"
  check 'zsh: scenarios' 404.8 "$(described try 404.8 | cut -d : -f 1)"
else
  echo 'completion: zsh is not installed, not run'
fi
echo "completion: $passed checks passed, $failed failed"
[ "$failed" = 0 ]
