package alerts

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestDeploysInSlack: what was deployed is a change and no alert; a deploy that failed is an alert.
func TestDeploysInSlack(t *testing.T) {
	for said, want := range map[string]incident.ChangeEvent{
		"Deployed shop 4f3c2a1 to production by @ben":                                               {Revision: "4f3c2a1", By: "ben"},
		":rocket: *shop* was deployed by ana":                                                       {By: "ana"},
		"<https://github.com/larkfield/shop/commit/4f3c2a1d9e8b7c6a|4f3c2a1> rolled out":            {Revision: "4f3c2a1d9e8b7c6a", Where: "larkfield/shop"},
		"Deployment finished\nService: shop\nEnvironment: production\nCommit: 4f3c2a1\nAuthor: ben": {Revision: "4f3c2a1", By: "ben", Environment: "production", Where: "shop"},
		"Rolled back shop to v1.4":                                                                  {},
	} {
		r, err := Read(slackPost(t, "Argo CD", text(said), nil))
		require.NoError(t, err)
		assert.Empty(t, r.Reports, said)
		require.Len(t, r.Changes, 1, said)
		c := r.Changes[0]
		assert.True(t, c.Deploy)
		assert.Equal(t, []string{want.Revision, want.By, want.Environment, want.Where}, []string{c.Revision, c.By, c.Environment, c.Where}, said)
		assert.Equal(t, "slack C1 1772532000.000100", c.Key)
		assert.Equal(t, "argo-cd", c.Source)
		assert.Equal(t, int64(1772532000), c.At.Unix())
		assert.NotEmpty(t, c.Link)
	}
}

// TestDeploysOfWellKnownTools: what tools that deploy say of a deploy that went well, in their own form or that of their usual plug-in.
func TestDeploysOfWellKnownTools(t *testing.T) {
	for _, c := range []struct {
		app  string
		said SlackContent
	}{
		{"GitHub Actions", SlackContent{Text: "Deployment to Production succeeded :tada:", Attachments: json.RawMessage(`[{"color": "#36a64f", "fields": [{"title": "Project", "value": "larkfield/shop"}, {"title": "Commit", "value": "4f3c2a1"}]}]`)}},
		{"GitHub", attached(`[{"color": "good", "title": "larkfield/shop: deployed main to production", "text": "by ana", "fields": [{"title": "Status", "value": "Success"}]}]`)},
		{"Argo CD", SlackContent{Text: ":white_check_mark: Application shop is now running new version of deployments manifests.", // argoproj/argo-cd, notifications_catalog
			Attachments: json.RawMessage(`[{"color": "#18be52", "title": "shop", "title_link": "https://argocd.test/applications/shop", "fields": [{"title": "Sync Status", "value": "Synced"}, {"title": "Repository", "value": "https://github.com/larkfield/shop"}, {"title": "Revision", "value": "4f3c2a1"}]}]`)}},
		{"Vercel", attached(`[{"color": "#000000", "title": "shop: Production deployment ready", "title_link": "https://shop-4f3c2a1.vercel.app", "fields": [{"title": "Branch", "value": "main"}, {"title": "Author", "value": "ana"}]}]`)},
		{"CircleCI", SlackContent{Blocks: json.RawMessage(`[{"type": "header", "text": {"type": "plain_text", "text": "Deployment Successful! :tada:"}}, {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Project*: shop"}, {"type": "mrkdwn", "text": "*Tag*: v1.4.2"}]}]`)}}, // the orb circleci/slack, success_tagged_deploy_1
		{"CircleCI", attached(`[{"color": "#41aa58", "fallback": "Success: ana's workflow (deploy-production) in larkfield/shop (main)", "text": "Success: ana's workflow (deploy-production) in larkfield/shop (main)"}]`)},
		{"Octopus Deploy", attached(`[{"color": "good", "title": "Shop release 1.4.2 deployed to Production", "title_link": "https://octopus.test/app#/deployments/12", "text": "Deployed by ana"}]`)},
		{"Spinnaker", attached(`[{"color": "#2EB886", "title": "Pipeline: deploy-production", "text": "shop's pipeline deploy-production has completed successfully"}]`)},
		{"Heroku", text("ana deployed <https://github.com/larkfield/shop/commit/4f3c2a1d9e8b7c6a|shop/main@4f3c2a1> to shop-production")},
		{"Heroku", text("Released v42 of shop-production: Deploy 4f3c2a1")},
		{"Netlify", SlackContent{Text: "Successful deploy of *shop-front*", Attachments: json.RawMessage(`[{"color": "#2eb886", "text": "Or check out the <https://app.netlify.test/deploys/1|build log>", "fields": [{"title": "Status", "value": "Success"}]}]`)}},
		{"jenkins", attached(`[{"color": "good", "text": "shop-deploy - #42 Success after 3 min 4 sec (<https://jenkins.test/job/shop-deploy/42/|Open>)"}]`)},                                                                                                          // jenkinsci/slack-plugin
		{"GitLab", attached(`[{"color": "good", "text": "Deploy to <https://gitlab.test/larkfield/shop/-/environments/1|production> succeeded"}, {"text": "<https://gitlab.test/larkfield/shop|larkfield / shop> with job <https://gitlab.test/jobs/9|#9> by ana"}]`)}, // gitlab-org/gitlab, deployment_message.rb
		{"Buildkite", attached(`[{"color": "#2ecc71", "title": "larkfield/shop-deploy: Build #42 passed", "text": "main 4f3c2a1 by ana"}]`)},
		{"Render", text("Deploy live for <https://dashboard.render.test/web/srv-1|shop-api>: 4f3c2a1")},
		{"Sentry", text("Release 1.4.2 was deployed to production for this project")}, // getsentry/sentry, notifications/activity/release.py
		{"Datadog", text(":rocket: Deployed shop 4f3c2a1 to production by ana")},
		{"deploybot", text("ana is deploying shop 4f3c2a1 to production")},
	} {
		r, err := Read(slackPost(t, c.app, c.said, nil))
		require.NoError(t, err)
		assert.Empty(t, r.Reports, "%s %s", c.app, c.said)
		if assert.Len(t, r.Changes, 1, "%s %s", c.app, c.said) {
			assert.True(t, r.Changes[0].Deploy)
		}
	}
}

// TestAlertsThatSpeakOfDeploys: what may be an alert is one, and is never taken for a deploy.
func TestAlertsThatSpeakOfDeploys(t *testing.T) {
	for _, c := range []struct {
		app  string
		said SlackContent
		want incident.ReportState
	}{
		{"kube-bot", text("Deployment checkout-api is down"), incident.Firing},
		{"kube-bot", attached(`[{"color": "danger", "title": "Deployment checkout-api", "text": "0 of 3 replicas ready"}]`), incident.Firing},
		{"kube-bot", attached(`[{"color": "good", "title": "Deployment checkout-api", "text": "3 of 3 replicas ready"}]`), incident.Quiet},
		{"kube-bot", text("Deployment checkout-api\nStatus: firing"), incident.Firing},
		{"kube-bot", text("Deployment checkout-api\nStatus: resolved"), incident.Quiet},
		{"kube-bot", text(":red_circle: Rollout of checkout-api started 40 minutes ago and goes on"), incident.Firing},
		{"kube-bot", text("Deployment checkout-api is healthy again"), incident.Quiet},
		{"kube-bot", text("[RESOLVED] Deployment checkout-api completed with too few replicas"), incident.Quiet},
		{"Sentry", text("Semaphore released too many times"), incident.Firing},
		{"Sentry", text("TypeError in deploy.go"), incident.Firing},
		{"Sentry", text("TransactionError: the payment was rolled back"), incident.Firing},
		{"Sentry", text("Connection already released to the pool"), incident.Firing},
		{"Sentry", text("Regression in release 1.4.2: cart is empty"), incident.Firing},
		{"Alertmanager", attached(`[{"color": "danger", "title": "[FIRING:1] KubeDeploymentReplicasMismatch checkout-api", "text": "Deployment shop/checkout-api has not matched the expected number of replicas"}]`), incident.Firing},
		{"Alertmanager", attached(`[{"color": "good", "title": "[RESOLVED] KubeDeploymentRolloutStuck checkout-api"}]`), incident.Quiet},
		{"Datadog", text("Latency of checkout rose after shop was deployed to production"), incident.Firing},
		{"Datadog", attached(`[{"color": "#a30200", "title": "Deployed version of shop differs between hosts"}]`), incident.Firing},
		{"Grafana", text("Memory is not released by worker-3"), incident.Firing},
		{"Grafana", text("[OK] Deploys finished per hour"), incident.Quiet},
		{"Argo CD", SlackContent{Text: ":exclamation: Application shop has degraded.", Attachments: json.RawMessage(`[{"color": "#f4c030", "title": "shop", "fields": [{"title": "Health Status", "value": "Degraded"}]}]`)}, incident.Firing},
		{"Argo CD", text(":x: Deployment of shop failed"), incident.Firing},
		{"GitLab", attached(`[{"color": "danger", "text": "Deploy to <https://gitlab.test/environments/1|production> failed"}]`), incident.Firing},
		{"Render", text("Deploy failed for shop-api"), incident.Firing},
		{"Octopus Deploy", text("Failed to deploy Shop release 1.4.2 to Production"), incident.Firing},
		{"jenkins", attached(`[{"color": "danger", "text": "shop-deploy - #43 Failure after 2 min (<https://jenkins.test/43/|Open>)"}]`), incident.Firing},
	} {
		r, err := Read(slackPost(t, c.app, c.said, nil))
		require.NoError(t, err)
		assert.Empty(t, r.Changes, "%s %s", c.app, c.said)
		if assert.Len(t, r.Reports, 1, "%s %s", c.app, c.said) {
			assert.Equal(t, c.want, r.Reports[0].State, "%s %s", c.app, c.said)
		}
	}
	for _, said := range []string{"Deployment checkout-api: 2 of 3 replicas ready", "Deploy window begins at 14:00", "Previously failed deploy of shop is retried"} {
		r, err := Read(slackPost(t, "kube-bot", text(said), nil))
		require.NoError(t, err)
		assert.Empty(t, r.Changes, said)
		assert.Empty(t, r.Reports, said)
	}
}
