package program

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/sim/phones"
	slacksim "mayday/sim/slack"
)

func TestContactMethodsAreReadFromLinesOrAFile(t *testing.T) {
	const lines = "# who: how\nU012ABC: SMS +447700900123, P0 only; ntfy https://ntfy.sh/ana-8f3k\n\nBen@Example.com: Pushover uQiRzpo4DXghDmr9QzzfQu27cmVRsG after 3 minutes\n"
	file := filepath.Join(t.TempDir(), "methods.txt")
	require.NoError(t, os.WriteFile(file, []byte(lines), 0o600))
	for _, value := range []string{lines, file} {
		env := good()
		env["MAYDAY_CONTACT_METHODS"] = value
		c, problems := FromEnv(environment(env), true)
		require.Empty(t, problems)
		require.Len(t, c.ContactMethods["u012abc"], 2)
		assert.Equal(t, []string{"P0"}, c.ContactMethods["u012abc"][0].Rule.Only)
		require.Len(t, c.ContactMethods["ben@example.com"], 1)
	}
	for _, value := range []string{"U012ABC", "/nowhere/methods.txt", "U012ABC: hunter2", "U012ABC: SMS 0555 hunter2", "ana ruiz: SMS +447700900123", "U012ABC: SMS +447700900123 when hunter2"} {
		env := good()
		env["MAYDAY_CONTACT_METHODS"] = value
		_, problems := FromEnv(environment(env), true)
		assert.NotEmpty(t, problems, value)
	}
}

func TestSettingsOfServices(t *testing.T) {
	env := good()
	for k, v := range map[string]string{"MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": "hunter2", "MAYDAY_SMS_FROM": "+44 7700 900000", "MAYDAY_SMTP_URL": "smtps://ana:hunter2@mail.acme.dev",
		"MAYDAY_SMTP_FROM": "mayday <mayday@acme.dev>", "MAYDAY_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MAYDAY_PUSH_PUSHOVER_TOKEN": "hunter2"} {
		env[k] = v
	}
	c, problems := FromEnv(environment(env), true)
	require.Empty(t, problems)
	assert.Equal(t, "+447700900000", c.Methods.Twilio.From)
	assert.Equal(t, 465, c.Methods.Mail.Port)
	assert.True(t, c.Methods.Mail.TLS)
	assert.Equal(t, "ana", c.Methods.Mail.User)
	assert.NotContains(t, fmt.Sprintf("%+v", c.Methods), "hunter2")

	for variable, value := range map[string]string{"MAYDAY_SMS_ACCOUNT": "hunter2", "MAYDAY_SMS_KEY": "hunter2", "MAYDAY_SMS_FROM": "0555", "MAYDAY_CALL_FROM": "0555", "MAYDAY_SMTP_URL": "http://u:hunter2@x", "MAYDAY_SMTP_FROM": "nobody",
		"MAYDAY_WEBHOOK_SECRET": "hunter2"} {
		bad := map[string]string{}
		for k, v := range env {
			bad[k] = v
		}
		bad[variable] = value
		_, problems := FromEnv(environment(bad), true)
		require.NotEmpty(t, problems, variable)
		for _, p := range problems {
			assert.NotContains(t, p.String(), "hunter2")
		}
	}
	alone := good()
	alone["MAYDAY_SMS_TOKEN"] = "x"
	_, problems = FromEnv(environment(alone), true)
	require.Len(t, problems, 1)
	assert.Equal(t, "MAYDAY_SMS_ACCOUNT", problems[0].Variable)
}

// TestEachMethodIsTried with a request that nobody notices, and what is missing is named.
func TestEachMethodIsTried(t *testing.T) {
	t.Parallel()
	s := phones.New(phones.Options{})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	text := "# Runbook\n\n| Severity | Response |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call\n- Name: Ana Ruiz\n- Email: ana@example.com\n- Phone: +44 7700 900123\n- SMS: +44 7700 900123\n- ntfy: " + s.NtfyURL() + "/ana-8f3k\n- Pushover: xQiRzpo4DXghDmr9QzzfQu27cmVRsG\n- Webhook: https://hooks.acme.dev/in, P0 only\n"
	require.NoError(t, os.WriteFile(runbook, []byte(text), 0o600))
	env := map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": phones.AuthToken, "MAYDAY_SMS_FROM": phones.Number, "MAYDAY_SMS_API_URL": s.TwilioURL(),
		"MAYDAY_PUSH_PUSHOVER_TOKEN": phones.PushoverToken, "MAYDAY_PUSH_PUSHOVER_URL": s.PushoverURL(),
		"MAYDAY_PUSH_NTFY_URL": s.NtfyURL(), "MAYDAY_PUSH_NTFY_TOKEN": phones.NtfyToken}
	found := checked(t, slacksim.Options{}, env)
	for subject, want := range map[string]State{"SMS of On-Call (Ana Ruiz)": OK, "phone of On-Call (Ana Ruiz)": OK, "ntfy of On-Call (Ana Ruiz)": OK, "Pushover of On-Call (Ana Ruiz)": Failed, "webhook of On-Call (Ana Ruiz)": Failed} {
		require.Len(t, found[subject], 1, subject)
		assert.Equal(t, want, found[subject][0].State, "%s: %+v", subject, found[subject])
	}
	assert.Contains(t, found["Pushover of On-Call (Ana Ruiz)"][0].Says, "user key is invalid")
	assert.Equal(t, "set MAYDAY_WEBHOOK_SECRET", found["webhook of On-Call (Ana Ruiz)"][0].Next)
	assert.Empty(t, s.Taken(), "nobody was called")

	env["MAYDAY_SMS_TOKEN"], env["MAYDAY_PUSH_NTFY_TOKEN"] = "wrong", "tk_wrong"
	wrong := checked(t, slacksim.Options{}, env)
	assert.Contains(t, wrong["SMS of On-Call (Ana Ruiz)"][0].Says, "MAYDAY_SMS_TOKEN")
	assert.NotContains(t, wrong["SMS of On-Call (Ana Ruiz)"][0].Says, "mayday check", "it is this that says so")
	assert.Equal(t, Failed, wrong["ntfy of On-Call (Ana Ruiz)"][0].State, "a token that is not accepted is not said to be")
	delete(env, "MAYDAY_SMS_ACCOUNT")
	delete(env, "MAYDAY_SMS_TOKEN")
	delete(env, "MAYDAY_SMS_FROM")
	none := checked(t, slacksim.Options{}, env)
	assert.Empty(t, none["phone of On-Call (Ana Ruiz)"], "a number that people call needs nothing")
	assert.Contains(t, none["SMS of On-Call (Ana Ruiz)"][0].Next, "MAYDAY_SMS_ACCOUNT")
}

// TestEachFailureOfAWayNamesItsSetting, and what to do: a server that is away, and one that does not accept what mayday proves itself with.
func TestEachFailureOfAWayNamesItsSetting(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead := closed.Addr().String()
	require.NoError(t, closed.Close())
	runbook := filepath.Join(t.TempDir(), "runbook.md")
	text := "# Runbook\n\n| Severity | Response |\n|---|---|\n| P0 | 15 minutes |\n\n## Contacts\n\n### On-Call\n- Name: Ana Ruiz\n- Email: ana@example.com, P0 only\n- SMS: +44 7700 900123\n- ntfy: http://" + dead + "/ana-8f3k\n" +
		"- Pushover: uQiRzpo4DXghDmr9QzzfQu27cmVRsG\n- Webhook: http://" + dead + "/in, P0 only\n"
	require.NoError(t, os.WriteFile(runbook, []byte(text), 0o600))
	env := map[string]string{"MAYDAY_RUNBOOK": runbook, "MAYDAY_SMS_ACCOUNT": phones.Account, "MAYDAY_SMS_TOKEN": "hunter2", "MAYDAY_SMS_FROM": phones.Number, "MAYDAY_SMS_API_URL": "http://" + dead,
		"MAYDAY_PUSH_PUSHOVER_TOKEN": "hunter2", "MAYDAY_PUSH_PUSHOVER_URL": "http://" + dead, "MAYDAY_PUSH_NTFY_URL": "http://" + dead, "MAYDAY_PUSH_NTFY_TOKEN": "hunter2",
		"MAYDAY_SMTP_URL": "smtp://ana:hunter2@" + dead, "MAYDAY_SMTP_FROM": "mayday@acme.dev", "MAYDAY_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MAYDAY_PROBE_PRIVATE": "allow"}
	found := checked(t, slacksim.Options{}, env)
	for label, setting := range map[string]string{"e-mail": "MAYDAY_SMTP_URL: " + dead, "SMS": "MAYDAY_SMS_API_URL: http://" + dead, "Pushover": "MAYDAY_PUSH_PUSHOVER_URL: http://" + dead,
		"ntfy": "MAYDAY_CONTACT_METHODS", "webhook": "MAYDAY_CONTACT_METHODS"} {
		list := found[label+" of On-Call (Ana Ruiz)"]
		require.Len(t, list, 1, label)
		assert.Equal(t, Failed, list[0].State, label)
		assert.Contains(t, list[0].Says, "cannot be reached", label)
		assert.Contains(t, list[0].Next, setting, label)
		assert.Contains(t, list[0].Next, "see whether it runs", label)
		assert.NotContains(t, list[0].Says+list[0].Next, "hunter2", label)
	}
	s := phones.New(phones.Options{})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	env["MAYDAY_SMS_API_URL"], env["MAYDAY_PUSH_PUSHOVER_URL"] = s.TwilioURL(), s.PushoverURL()
	found = checked(t, slacksim.Options{}, env)
	assert.Contains(t, found["SMS of On-Call (Ana Ruiz)"][0].Next, "MAYDAY_SMS_ACCOUNT and MAYDAY_SMS_TOKEN")
	assert.Contains(t, found["Pushover of On-Call (Ana Ruiz)"][0].Next, "MAYDAY_PUSH_PUSHOVER_TOKEN")
}

// A runbook is no door into the house: neither a topic nor a webhook in it reaches an address that is not public.
func TestMethodsOfTheRunbookReachPublicAddressesOnly(t *testing.T) {
	s := phones.New(phones.Options{})
	require.NoError(t, s.Start("127.0.0.1:0"))
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	for private, reaches := range map[string]bool{"deny": false, "allow": true} {
		env := good()
		env["MAYDAY_PROBE_PRIVATE"], env["MAYDAY_WEBHOOK_SECRET"] = private, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
		c, problems := FromEnv(environment(env), true)
		require.Empty(t, problems)
		for _, m := range []incident.Method{{Kind: incident.Push, Service: incident.Ntfy}, {Kind: incident.Webhook}} {
			service, ok := newReach(c).book.Of(m)
			require.True(t, ok)
			err := service.Check(t.Context(), incident.Destination(s.NtfyURL()+"/topic"))
			if reaches {
				assert.NoError(t, err, m.Label())
			} else {
				assert.ErrorContains(t, err, "not public", m.Label())
			}
		}
	}
	// The server that the settings name may stand inside.
	env := good()
	env["MAYDAY_PUSH_NTFY_URL"] = s.NtfyURL()
	c, _ := FromEnv(environment(env), true)
	service, _ := newReach(c).book.Of(incident.Method{Kind: incident.Push, Service: incident.Ntfy})
	assert.NoError(t, service.Check(t.Context(), incident.Destination(s.NtfyURL()+"/topic")))
}

// The demo plays with a person's own runbook, whose telephones are real.
func TestADemoCallsNoTelephone(t *testing.T) {
	c, problems := FromEnv(environment(good()), true)
	require.Empty(t, problems)
	ntfy := incident.Method{Kind: incident.Push, Service: incident.Ntfy}
	_, ok := newReach(c).book.Of(ntfy)
	assert.True(t, ok, "a topic needs no setting")
	c.SlackOnly = true
	_, ok = newReach(c).book.Of(ntfy)
	assert.False(t, ok)
}
