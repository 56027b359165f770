#!/bin/bash
# Makes the Python package (a wheel, dist/python/wheels), and holds it against the library that it is made of: the
# example's stack has to synthesize the same files from Python as from TypeScript.
set -euo pipefail
cd "$(dirname "$0")/.."

# Ten lines on every start; which Node will do, lab/setup.sh says.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20

work=$PWD/dist/python
python=$work/venv/bin/python

bash packaging/setup.sh python
bash packaging/jsii.sh

# Only the code is pacmak's: left to itself it makes the wheel with whatever versions there are that day.
packaging/node_modules/.bin/jsii-pacmak --target python --code-only --no-npmignore dist/jsii
rm -rf "$work/wheels"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation \
  --wheel-dir "$work/wheels" dist/jsii/packages/python
"$python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall "$work"/wheels/*.whl
"$python" -m pip check

rm -rf "$work/typescript" "$work/python"
CDKTF_OUTDIR=$work/typescript node_modules/.bin/tsx main.ts
CDKTF_OUTDIR=$work/python "$python" packaging/python/office.py
"$python" packaging/python/moves.py
"$python" packaging/python/refusals.py

# Nothing is left out and nothing made alike: cdktf writes neither the language nor a trace of the program.
[ -f "$work/python/stacks/office/cdk.tf.json" ] || { echo 'Python has synthesized nothing' >&2; exit 1; }
diff -r "$work/typescript" "$work/python"
modes() { (cd "$1" && find . -printf '%m %P\n' | sort); }
diff <(modes "$work/typescript") <(modes "$work/python")
# The wheel brings the command too.
diff <(node_modules/.bin/tsx lib/cli/main.ts census "$work/typescript") \
  <("$work/venv/bin/cdktf-xen" census "$work/python")
echo "the office is the same from Python and from TypeScript: $(find "$work/python" -type f | wc -l) files"
