#!/bin/bash
# Compiles the package with jsii, which refuses a public API that other languages can't have. What it makes stays in
# dist/jsii: the package with its assembly (.jsii), from which API.md and the wheel are made.
set -euo pipefail
cd "$(dirname "$0")/.."

# Ten lines on every start; which Node will do, lab/setup.sh says.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20

bash packaging/setup.sh jsii
node_modules/.bin/tsx packaging/stage.ts
# A missing devDependency is all that may be silenced: the copy has none, it uses the checkout's packages.
(
  cd dist/jsii
  ../../packaging/node_modules/.bin/jsii --tsconfig tsconfig.json --validate-tsconfig strict \
    --fail-on-warnings --silence-warnings metadata/missing-dev-dependency
)
# The compiler leaves shell files alone, and the library reads them from beside its own files.
cp -r lib/runtime dist/jsii/dist/lib/
chmod +x dist/jsii/dist/lib/cli/main.js
