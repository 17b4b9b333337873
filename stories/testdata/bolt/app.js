// The least that Bolt for JavaScript does: a command that it acknowledges and nothing else.
const { App, LogLevel } = require('@slack/bolt');

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});
app.command('/incident', async ({ ack }) => { await ack(); });
app.start().catch((err) => { console.error(err); process.exit(1); });
