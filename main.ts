import { App } from 'cdktf';
import { Lan } from './lib';
import { OfficeStack } from './stacks/office';

const app = new App();
const lan0 = new Lan(app, 'lan0', {
  cidr: '192.0.2.0/24',
  gateway: '192.0.2.1',
  nameservers: ['192.0.2.53'],
});
new OfficeStack(app, 'office', { lan: lan0 });
app.synth();
