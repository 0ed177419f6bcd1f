# Read by run.sh: what wget makes of the server.
fetch() { wget --no-config --no-hsts -q --tries=1 --timeout=30 "$@"; }

# A page with all that it needs
check 'wget: -p ends well' 0 "$(fetch -p -nH -P page.d "$url/"; echo $?)"
for file in index.html style.css logo.svg pictures/dusk.png; do
  same "wget: -p brought $file" "$site/$file" "page.d/$file"
done

# Following links: a list of a folder leads to every file of it
check 'wget: -r ends well' 0 "$(fetch -r -l 1 -np -nH -e robots=off -P tree.d "$url/pictures/"; echo $?)"
for file in dusk.png waves.svg about.txt 'grüße & more.txt'; do
  same "wget: -r brought $file" "$site/pictures/$file" "tree.d/pictures/$file"
done
# The example page also links to what is refused: wget brings the rest and ends with 8. /pictures leads to /pictures/: without
# --trust-server-names wget would write a file where a folder is
check 'wget: -r of the whole site meets errors' 8 \
  "$(fetch -r -l 2 -p -nH -e robots=off --trust-server-names -P site.d "$url/"; echo $?)"
for file in ideas/right.html ideas/explained.html ideas/small.html strict/data.json closed/note.txt long.txt; do
  same "wget: the whole site has $file" "$site/$file" "site.d/$file"
done
check 'wget: and nothing that is refused' '' "$(cd site.d && ls -d locked/plan.txt .hidden.txt strict/model.thing 2>/dev/null)"

# Resume and time stamps
head -c 7000 "$site/long.txt" >long.txt
check 'wget: -c ends well' 0 "$(fetch -c "$url/long.txt"; echo $?)"
same 'wget: -c brought the rest' "$site/long.txt" long.txt
check 'wget: -c of a whole file is 416, and well' 0 "$(fetch -c "$url/long.txt"; echo $?)"
same 'wget: and nothing was added' "$site/long.txt" long.txt
fetch -N -P dated.d "$url/style.css"
check 'wget: -N again is 304' 1 \
  "$(wget --no-config --no-hsts --tries=1 --timeout=30 -S -N -P dated.d "$url/style.css" 2>&1 | grep -c 'HTTP/1.1 304')"
check 'wget: --spider' 0 "$(fetch --spider "$url/pictures/dusk.png"; echo $?)"
check 'wget: --post-file' 'Hello.' "$(fetch -O - --post-file="$site/long.txt" "$url/hello")"
