/*
 * The engine is CDKTF: `cdktf`, or its fork `cdktn` under that name. Everything that is used of it stands here, and no
 * other file imports it: whoever changes to another engine reads this list.
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
