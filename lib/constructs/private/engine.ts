/**
 * The engine is CDKTF: `cdktf`, or its fork `cdktn` under that name. This file names everything that is used of the
 * engine, and no other file imports it: a change to another engine begins with this list.
 */

export {
  Annotations,
  type ITerraformDependable,
  Lazy,
  Manifest,
  TerraformDataSource,
  TerraformProvider,
  type TerraformResourceLifecycle,
  TerraformStack,
  Token,
} from 'cdktf';
// Not exported at the top of either engine; TerraformAsset registers itself by it.
export { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
export { NullProvider } from '@cdktf/provider-null/lib/provider';
export { Resource } from '@cdktf/provider-null/lib/resource';
