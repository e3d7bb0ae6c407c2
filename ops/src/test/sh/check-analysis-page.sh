#!/bin/sh
# Opens the page of an analysis in a real browser without a window and looks at what became of it.
#   check-analysis-page.sh PAGE.html [PICTURE-FOLDER]
# Fails when the script did not run to its end, the console has an error, charts are missing, a name of a key ran as a script,
# or anything outside of the page was asked for. With a folder, pictures in light and dark are left there.
set -eu

page=${1:?give the page to look at}
pictures=${2:-}
browser=
for name in chromium chromium-browser google-chrome chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        browser=$name
        break
    fi
done
if [ -z "$browser" ]; then
    echo "No Chromium was found; install one." >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
url="file://$(cd "$(dirname "$page")" && pwd)/$(basename "$page")"

look() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-extensions --user-data-dir="$work/profile" \
        --virtual-time-budget=5000 "$@" "$url" 
}

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

look --enable-logging=stderr --log-net-log="$work/net.json" --dump-dom >"$work/dom.html" 2>"$work/console.log" \
    || fail "the browser did not open the page"

if grep -E 'CONSOLE' "$work/console.log"; then
    fail "the console is not empty"
fi
grep -q '<footer>' "$work/dom.html" || fail "the script did not run to its end"
grep -q '<title>Analysis of ' "$work/dom.html" || fail "the title was changed: a name of a key ran as a script"
rectangles=$(grep -o '<rect' "$work/dom.html" | wc -l)
[ "$rectangles" -ge 20 ] || fail "only $rectangles rectangles were drawn"
# The report's own text, in which names may look like tags, is no part of what is looked at.
sed 's/<script type="application\/json".*//' "$work/dom.html" >"$work/shown.html"
if grep -E '<(img|iframe|object|embed|link|audio|video)[ >]' "$work/shown.html"; then
    fail "there is an element that loads something, or a name of a key became one"
fi
if grep -E '"url":"(https?|wss?|ftp)://[^"]*"' "$work/net.json" | grep -Ev 'google|gstatic|chrome|googleapis' >"$work/asked"; then
    cat "$work/asked"
    fail "something outside of the page was asked for"
fi

if [ -n "$pictures" ]; then
    mkdir -p "$pictures"
    look --screenshot="$pictures/light.png" --window-size=1280,3600 >/dev/null 2>&1 || fail "no picture"
    look --blink-settings=preferredColorScheme=0 --screenshot="$pictures/dark.png" --window-size=1280,3600 >/dev/null 2>&1 \
        || fail "no dark picture"
fi
echo "ok: $rectangles rectangles, console empty, nothing asked for"
