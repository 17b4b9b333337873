package blocks

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/playbooks"
	"mayday/routine"
	"mayday/tally"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// messages is every message that can be made of every state, by file name.
func messages(t *testing.T) map[string]Message {
	ms := map[string]Message{}
	now := after(16)
	for name, inc := range states(t) {
		ms["card-"+name] = Card(inc, now)
		ms["announcement-"+name] = Announcement(inc)
		ms["step-"+name] = Step(inc)
		ms["steps-"+name] = Steps(inc)
		if inc.Reminder != nil {
			ms["reminder-"+name] = Reminder(inc)
			ms["reminder-direct-"+name] = ReminderDirect(inc)
		}
		if len(inc.Pages) > 0 {
			ms["page-"+name] = Page(inc, inc.Pages[0], inc.Pages[0].Person, now)
		}
	}
	everyEvent(t, ms)
	caught(t, ms)
	all := states(t)
	ms["page-requested"] = Page(all["opened"], incident.Page{Contact: -1, Person: ana, Why: incident.Requested, By: ben, Note: "you know the pooler"}, ana, now)
	ms["declared"] = Declared(all["declared"])
	ms["opened"], ms["opened-nowhere"], ms["not-open-yet"] = Opened(all["opened"]), Opened(all["channel-failed"]), NotOpenYet(all["declared"])
	ms["same-as"] = SameAs(all["opened"], now, Target{Name: "--another p0 site-down"})
	ms["choices-one"] = Choices("site", Target{Name: "p1 site"}, siteDown())
	ms["declared-again"] = DeclaredAgain(all["opened"])
	listed := []incident.Incident{all["busy"], all["private"], all["breached"], all["p3"], all["resolved"]}
	ms["list"], ms["list-empty"] = List(listed, after(40)), List(nil, now)
	everyOffer(all, ms)
	aged := []playbooks.Aged{
		{What: "It says that it was last updated 2025-01-16, 410 days ago", Do: "Read it through, mend what is not true, and write the day into that line"},
		{What: "The address of Snag is dead: 404 Not Found in 20 ms", Do: "Correct it, or take it out", URL: "https://snag.test/larkfield", Source: "runbook.md:71"},
	}
	ms["runbook-age-looks"] = RunbookAgeLooks()
	ms["runbook-age"], ms["runbook-age-none"] = RunbookAge(aged, []string{"queries: The database does not answer"}, "https://github.com/acme/site/issues/9"), RunbookAge(nil, nil, "")
	digests(all, ms)
	ms["timeline"] = Timeline(resolved(t).inc, resolved(t).evs, 1, 2)
	ms["timeline-empty"] = Timeline(all["opened"], nil, 3, 3)
	ms["help"], ms["help-all"], ms["help-step"], ms["help-unknown"] = Help(""), Help("all"), Help(" Step "), Help("frobnicate <!here>")
	ms["not-recorded"], ms["not-recorded-nobody"] = NotRecorded(policy().Contacts), NotRecorded(nil)
	ms["not-confirmed"] = NotConfirmed(policy().Contacts)
	ms["problem"] = Problem("GitHub does not answer.", "Try `/incident postmortem` later.")
	ms["choices"] = Choices("db", Target{Name: "p1 db slow"}, siteDown(), runbook().Scenarios[1])
	done, err := incident.MarkStep(all["acknowledged"], ana, incident.StepRef{}, incident.StepDone, "it answers", now)
	require.NoError(t, err)
	for _, away := range []incident.Away{incident.Archived, incident.Removed, incident.Vanished} {
		mute := done
		mute.Incident.Away = away
		ms["recorded-"+string(away)] = Recorded(mute, "C0GENERAL")
	}
	ms["left-out"] = LeftOut(Recorded(done, "C0GENERAL"), "@dora <!here> was not paged")
	ms["moved-to-private"], ms["announced-elsewhere"] = MovedToPrivate(), AnnouncedElsewhere(all["busy"], "C0NEWS")
	ms["doctor-looks"], ms["doctor-well"] = DoctorLooks(), Doctor([]Checked{{"OK", "bot token", "works", ""}, {"OK", "scope chat:write", "post", ""}})
	ms["doctor"] = Doctor([]Checked{
		{"OK", "bot token", "works in the workspace Acme", ""}, {"OK", "scope chat:write", "post and edit messages", ""}, {"OK", "scope pins:write", "pin the card", ""},
		{"WARN", "diagnostics role", "DIAGNOSTICS_DATABASE_URL is not set: queries of the runbook are shown, not run", "to have them run, make a role with the script of mayday check --role-script"},
		{"FAIL", "announce channel", "#incidents <!here> is archived", "unarchive it, or set MAYDAY_ANNOUNCE_CHANNEL"},
	})
	ms["doctor-many"] = Doctor(slices.Repeat([]Checked{{"FAIL", "contact CTO", strings.Repeat("is still a placeholder ", 20), strings.Repeat("write it ", 40)}}, 60))
	ms["reminder-over"], ms["out-of-date"], ms["step-below"] = ReminderOver(), OutOfDate(), StepBelow("https://acme.slack.com/archives/C0INC42/p1764000000000100")
	ms["alarm-channel-lost"] = Alarm(all["busy"], incident.Event{Kind: incident.EventChannelLost, To: string(incident.Archived), At: now})
	ms["passed-on"] = PassedOn(all["busy"], incident.Event{Kind: incident.EventUpdated, By: ana, Text: "Rollback is running.", Due: now})
	given, err := incident.AssignStep(all["acknowledged"], ana, ana, incident.StepRef{Number: 3}, now)
	require.NoError(t, err)
	ms["recorded"], ms["recorded-elsewhere"] = Recorded(given, "C0INC42"), Recorded(done, "C0GENERAL")
	require.Equal(t, Message{}, Recorded(done, "C0INC42"), "the step message shows it")
	ms["which-incident"], ms["which-incident-none"] = WhichIncident("resolve it was the cache", []incident.Incident{all["busy"], all["private"]}), WhichIncident("ack", nil)
	ms["which-number"] = WhichNumber("note", "42 nodes &amp; more", "nodes &amp; more", all["busy"], []incident.Incident{all["busy"], all["private"]})
	ms["which-of-two"] = WhichOfTwo("ack", all["busy"], all["private"])
	ms["choices-none"] = Choices("db", Target{})
	ms["doubted"] = Doubted("P1", "ack", Target{Name: "p1 ack"})
	ms["doubted-incident"] = Doubted("P1", "#42 for all", Target{Name: "p1 #42 for all"})
	rb := runbook()
	ms["runbook"], ms["scenario"] = RunbookIndex(rb, 1), Scenario(siteDown(), 1)
	long := siteDown()
	long.Steps = slices.Repeat(long.Steps, 5)
	ms["scenario-middle"] = Scenario(long, 2)
	ms["contacts"], ms["matrix"] = Contacts(rb.Policy, rb.External, 1), Matrix(rb.Policy)
	ms["runbook-broken"], ms["runbook-good"] = RunbookBroken([]string{"scenarios: there is no playbook to walk", "contacts: there is nobody to page"}), RunbookGood()
	probed(t, ms)
	ms["dashboards"], ms["statuspages"], ms["checklist"] = Dashboards(rb, 1), StatusPages(rb, 1), Checklist(rb.Checklists[0])
	ms["table"] = Message{Text: "A result.", Blocks: Table(grid(3, 2))}
	ms["table-large"] = Message{Text: "A result.", Blocks: Table(grid(60, 12))}
	ms["table-empty"] = Message{Text: "A result.", Blocks: Table(Grid{Title: "Nothing", Columns: []GridColumn{{Name: "a"}}})}
	queries(t, ms)
	handovers(t, ms)
	for name, r := range rounds() {
		ms["round-"+name] = Round(r, calledBy)
	}
	ms["round-reminder"], ms["round-reminder-nobody"] = RoundReminder(rounds()["begun"], ana), RoundReminder(rounds()["begun"], "")
	ms["home"], ms["home-empty"] = Message{Text: "Home.", Blocks: Home(listed, after(40))}, Message{Text: "Home.", Blocks: Home(nil, now)}
	return ms
}

// handovers adds what is said when the lead and a shift are handed over, and of who is on call.
func handovers(t *testing.T, ms map[string]Message) {
	inc := busy(t).inc
	c, err := incident.AskHandover(inc, inc.Roles[incident.Lead], ana, "The rollback is *running* <!here>", after(16))
	require.NoError(t, err)
	ms["handover"] = Handover(c.Incident, 0, after(16))
	due, _ := c.Incident.Deadline(incident.ClockHandover)
	late, err := incident.Fire(c.Incident, incident.Timer{Clock: incident.ClockHandover, Due: due}, due)
	require.NoError(t, err)
	ms["handover-unanswered"] = HandoverAnswer(late.Incident, 0)
	accepted, err := incident.AcceptHandover(late.Incident, ana, 0, after(40))
	require.NoError(t, err)
	ms["handover-accepted"] = Handover(accepted.Incident, 0, after(41))
	shift := oncall.Handover{ID: "k3jq4h5g6f7d", By: ana, To: ben, Turns: []oncall.Turn{{Role: "On-Call Engineer", Until: after(600)}}}
	ms["shift-handover"], ms["shift-handover-quiet"] = ShiftHandover(shift, calledBy, []incident.Incident{inc}, after(16)), ShiftHandover(shift, calledBy, nil, after(16))
	ms["shift-asked"] = ShiftAsked(shift, "Ben Okafor")
	shift.Answer, shift.AnsweredAt = oncall.Accepted, after(18)
	ms["shift-accepted"], ms["shift-handed"] = ShiftAnswer(shift, calledBy), ShiftHanded(shift, calledBy)
	ms["oncall-me"] = OnCallMe(Mine{Turns: shift.Turns, Hours: tally.Hours{Working: 2, Evening: 1, Night: 3}, Days: 30, Zone: "Europe/Berlin", Arrived: after(2)})
	ms["oncall-me-quiet"] = OnCallMe(Mine{Days: 30, Zone: "UTC"})
	pager, _ := oncall.Line("PagerDuty: PABC123")
	on, next := oncall.Shift{Person: oncall.Person{Name: "Ana Ruiz"}}, oncall.Shift{Person: oncall.Person{Name: "Ben Okafor"}, From: after(600)}
	strangers := []oncall.Stranger{
		{Person: oncall.Person{Email: "zoe@example.com"}, From: after(600), Why: "no account in this workspace has the address zoe@example.com"},
		{Person: oncall.Person{Name: "Yuri"}, From: after(16), Why: "the shift gives neither an e-mail address nor a user id, and no contact of the runbook is called that"},
	}
	ms["oncall"] = OnCall([]Turn{
		{Contact: incident.Contact{Role: "On-Call Engineer", Roster: "x"}, Source: pager, Now: []oncall.Shift{on}, Until: after(600), Next: &next, ReadAt: after(15)},
		{Contact: incident.Contact{Role: "Database", Roster: "x"}, Handed: true, Now: []oncall.Shift{on}, Until: after(600), ReadAt: after(15)},
		{Contact: incident.Contact{Role: "Network", Roster: "x", Name: "Chidi Eze", Email: "chidi@example.com"}, Source: pager, Problem: "PagerDuty refuses the token (401): make one that may read schedules, and set MAYDAY_PAGERDUTY_TOKEN"},
		{Contact: incident.Contact{Role: "CTO", Name: "Eva Lind"}},
		{Contact: incident.Contact{Role: "Storage", Roster: "x", Name: "Chidi Eze", Email: "chidi@example.com"}, Source: pager, Now: []oncall.Shift{on}, Until: after(600), Next: &oncall.Shift{Person: strangers[0].Person, From: after(600)}, ReadAt: after(15), Strangers: strangers},
	}, after(16))
	ms["oncall-strangers"] = StrangersTold(incident.Contact{Role: "Storage", Name: "Chidi Eze", Email: "chidi@example.com"}, pager, strangers)
	ms["oncall-stranger-alone"] = StrangersTold(incident.Contact{Role: "Storage"}, oncall.Source{}, strangers[:1])
	group := GroupSet{Group: "@oncall", Role: "On-Call Engineer", Now: []string{"Ben Okafor"}, Before: []string{"Ana Ruiz", "Chidi Eze"}, Until: after(600)}
	ms["group-told"] = GroupTold(group)
	group.ByHand = true
	ms["group-by-hand"] = GroupTold(group)
	ms["test-page-ways"] = TestPage(routine.TestPage{Number: 3, Ways: []routine.TestWay{{Name: routine.Direct}, {Name: "SMS"}, {Name: "Pushover", Failed: "Pushover refused it: the user is not known"}}})
	ms["test-page"], ms["test-page-arrived"] = TestPage(routine.TestPage{Number: 3}), TestPageArrived(routine.TestPage{At: after(1), Ways: []routine.TestWay{{Name: routine.Direct, ArrivedAt: after(2)}}})
}

// probed adds the answers of addresses.
func probed(t *testing.T, ms map[string]Message) {
	site := incident.ProbeResult{Probe: incident.Probe{Name: "larkfield.test"}, OK: true, Summary: "200 OK in 84 ms, after 1 redirect", Detail: []string{"301 to https://www.larkfield.test", "certificate good until 3 Jun 2026"}, Latency: 84 * time.Millisecond}
	page := incident.ProbeResult{Probe: incident.Probe{Name: "Tollgate <!here>"}, Summary: "Partial System Outage (major), 1 open incident", Detail: []string{"Logins fail <@U0ANA> (identified)"}, Latency: time.Second}
	dead := incident.ProbeResult{Probe: incident.Probe{Name: "Berth"}, Summary: "its name could not be resolved"}
	ms["probed-opening"] = Probed(busy(t).inc, incident.RunProbes{Why: incident.ProbeOpening, Steps: []int{1, 4}}, []incident.ProbeResult{site, page})
	ms["probed-asked"] = Probed(busy(t).inc, incident.RunProbes{Why: incident.ProbeAsked, By: ana, Steps: []int{1}}, []incident.ProbeResult{site})
	ms["probed-nothing"] = Probed(busy(t).inc, incident.RunProbes{Why: incident.ProbeAsked, By: ana, Steps: []int{4}}, []incident.ProbeResult{dead, dead})
	unread := incident.ProbeResult{Probe: incident.Probe{Name: "Parcel"}, Unread: true, Summary: "answers, but its state cannot be read (200 OK in 84 ms)", Latency: time.Second}
	ms["probed-unread"] = Probed(busy(t).inc, incident.RunProbes{Why: incident.ProbeOpening, Steps: []int{1}}, []incident.ProbeResult{site, unread})
	ms["probed-many"] = Probed(busy(t).inc, incident.RunProbes{Why: incident.ProbeOpening}, slices.Repeat([]incident.ProbeResult{page}, 40))
}

// record adds what is told of issues, of the timeline and of what was learnt.
func record(s *story) {
	github := "https://github.com/acme/site/issues/"
	for i, ev := range []incident.Event{
		{Kind: incident.EventTrackingFailed, Text: "Issues are switched off in acme/site. Switch them on under Settings"},
		{Kind: incident.EventIssueClosed, Link: github + "1"},
		{Kind: incident.EventIssueMoved, Link: "https://github.com/acme/other/issues/1"},
		{Kind: incident.EventIssueReplaced, Link: github + "7"},
		{Kind: incident.EventRoleLost, Whom: ben, To: string(incident.Lead)},
		{Kind: incident.EventMadePrivate, By: ana, Link: github + "1", To: "emptied"},
		{Kind: incident.EventIssueRemarked, To: "ana<!here>", Text: "/ack <@U1>"},
		{Kind: incident.EventPostmortemUntouched, Link: github + "2", Due: after(10)},
		{Kind: incident.EventPostmortemOpen, Link: github + "2", Due: after(10)},
		{Kind: incident.EventPostmortemClosed, Link: github + "2"},
		{Kind: incident.EventLearned, By: ana, Step: 2, Text: "Look at the last deployment", Note: "the page is cached"},
		{Kind: incident.EventRunbookProposed, Link: "https://github.com/acme/site/pull/3"},
		{Kind: incident.EventMethodSent, Contact: "On-Call Engineer <!here>", Whom: ana, From: "SMS"},
		{Kind: incident.EventMethodDelivered, Contact: "On-Call Engineer", Whom: ana, From: "phone"},
		{Kind: incident.EventMethodUnclear, Contact: "On-Call Engineer", Whom: ana, From: "SMS"},
		{Kind: incident.EventMethodSpared, Contact: "On-Call Engineer", Whom: ana, From: "phone", Text: "3 went there within ten minutes"},
		{Kind: incident.EventMethodFailed, Contact: "On-Call Engineer", Whom: ana, From: "ntfy", Text: "ntfy refused it: <!channel> *nobody*", Phone: "+1 555 0100"},
		{Kind: incident.EventPinned, By: ana, Whom: ben, Text: "graph & <log>", Link: "https://acme.slack.com/archives/C1/p1",
			Files: []incident.Link{{Name: "graph.png", URL: "https://files.slack.com/1"}}},
	} {
		ev.Seq, ev.At, ev.Aloud = 100+i, after(10), true
		s.evs = append(s.evs, ev)
	}
}

// everyEvent adds the message of every aloud event that the stories bring about.
func everyEvent(t *testing.T, ms map[string]Message) {
	told := func(s *story) {
		for _, ev := range s.evs {
			if name := "event-" + string(ev.Kind); ev.Aloud && ms[name].Text == "" {
				ms[name] = Event(s.inc, ev)
			}
		}
	}
	told(resolved(t))
	told(published(t))
	ms["card-published"], ms["own-page-silent"] = Card(published(t).inc, after(40)), OwnStatusPageSilent("Could not read the status page: Statuspage answered 401. Make a new key and set MAYDAY_STATUSPAGE_TOKEN")
	lags := published(t)
	lags.then(incident.Resolve(lags.inc, ana, "rolled back", after(45)))
	ms["card-customers-lag"], ms["event-resolved-customers-lag"] = Card(lags.inc, after(46)), Event(lags.inc, lags.evs[len(lags.evs)-1])
	ms["own-page-well"] = OwnStatusPage("", "", nil, nil)
	ms["own-page"] = OwnStatusPage("Larkfield & Co", "https://status.larkfield.test", []incident.Component{{ID: "1", Name: "Shop <!here>", State: incident.MajorOutage}, {ID: "2", Name: "Payments", State: incident.Operational}},
		[]OnPage{{"Orders are late", incident.PublicMonitoring, "https://stspg.test/1"}, {"No link", incident.PublicIdentified, ""}})
	helped := acknowledged(t)
	ms["page-helper"] = Page(helped.inc, helped.inc.Pages[0], ana, after(6))
	told(helped.then(incident.OnMyWay(helped.inc, ana, after(5))))
	ms["page-helper-coming"], ms["card-helped"] = Page(helped.inc, helped.inc.Pages[0], ana, after(6)), Card(helped.inc, after(6))
	changed := acknowledged(t)
	for i, ce := range []incident.ChangeEvent{
		{Source: "ci", Key: "1", Title: "Flag *new-checkout* on for <!here> @channel", By: "<@U1>", At: after(-20)},
		{Source: "ci", Key: "2", Title: "Deployed", Deploy: true, Revision: "4f3c2a1d9e8b7c6a5f4e3d2c1b0a99887766554f", Where: "shop", By: "ben", Environment: "production", At: after(-6), Link: "https://ci.example.com/7?a=1&b=2"},
		{Source: "ci", Key: "3", Title: "Deployed", Deploy: true, Revision: "v2.1", Environment: "staging", At: after(-1)},
	} {
		changed.then(incident.NoteChange(changed.inc, ce, after(5+i)))
	}
	ms["card-changed"], ms["timeline-changed"] = Card(changed.inc, after(9)), Timeline(changed.inc, changed.evs[len(changed.evs)-3:], 1, 1)
	told(opened(t, nil).fire(after(60)))
	told(acknowledged(t).fire(after(300)))
	p1 := opened(t, func(d *incident.Declaration) { d.Severity = "P1" })
	told(p1.then(incident.Acknowledge(p1.inc, ben, after(4))).fire(after(90)))
	s := acknowledged(t)
	s.then(incident.ChangeSeverity(s.inc, ana, "p1", "only one region", after(5)))
	s.then(incident.SwitchPlaybook(s.inc, ana, runbook().Scenarios[1], after(6)))
	s.then(incident.AddPlaybook(s.inc, ana, siteDown(), after(6)))
	ms["card-added"], ms["steps-added"] = Card(s.inc, after(6)), Steps(s.inc)
	s.then(incident.PagePerson(s.inc, ana, ben, "needs the pooler", after(7)))
	s.then(incident.Note(s.inc, ana, "traffic dropped", after(8)))
	s.then(incident.PageFailed(s.inc, 0, "nobody in Slack has this e-mail address", after(9)))
	s.then(incident.MarkCommunicated(opened(t, nil).inc, ana, after(9)))
	s.then(incident.PostmortemFailed(s.inc, "GitHub answered 403", after(10)))
	record(s)
	s.then(incident.GaveUp(s.inc, "set the topic", "Slack refused: too_long", after(11)))
	told(s)
	s = resolved(t)
	told(s.then(incident.Reopen(s.inc, ana, "errors are back", after(70))))
	told(s.then(incident.Cancel(s.inc, ana, "false alarm", after(71))))
	told(s.then(incident.Close(s.inc, ana, after(72))))
	overdue := opened(t, nil)
	timer := incident.Timer{Clock: incident.ClockPageCheck, Due: overdue.inc.Pages[0].At.Add(2 * time.Minute)}
	overdue.then(incident.Fire(overdue.inc, timer, timer.Due)) // nobody could try it
	for i := range overdue.inc.Pages {
		overdue.then(incident.PageTried(overdue.inc, i, timer.Due, timer.Due))
	}
	timer.Due = timer.Due.Add(2 * time.Minute)
	overdue.then(incident.Fire(overdue.inc, timer, timer.Due))
	told(overdue)
	late := slices.IndexFunc(overdue.evs, func(ev incident.Event) bool { return ev.Kind == incident.EventPageOverdue })
	ms["alarm"], ms["announcement-unreached"] = Alarm(overdue.inc, overdue.evs[late]), Announcement(overdue.inc)
	overdue.then(incident.Acknowledge(overdue.inc, ana, timer.Due.Add(time.Minute)))
	ms["alarm-taken-back"] = Alarm(overdue.inc, overdue.evs[late])
	gaveUp := opened(t, nil)
	gaveUp.then(incident.GaveUp(gaveUp.inc, "draw the announcement", "the channel is archived", after(11)))
	gaveUp.then(incident.Worked(gaveUp.inc, "draw the announcement", after(31)))
	ms["event-gave_up-taken-back"] = Event(gaveUp.inc, gaveUp.evs[len(gaveUp.evs)-1])
	ms["aside-no-more"] = SetAsideNoMore(incident.TakeBackAside{Ref: gaveUp.inc.Ref(), Clock: incident.ClockEscalate, At: after(31)})
	ms["clocks-fire"] = ClocksFire(incident.TakeBackNoClock{Since: after(11), At: after(31)})
	lonely := policy()
	lonely.Contacts = nil
	told(declared(t, func(d *incident.Declaration) { d.Policy = lonely }))
}

func grid(rows, columns int) Grid {
	g := Grid{Title: "Connections by state", Note: "12 ms"}
	for range columns {
		g.Columns = append(g.Columns, GridColumn{Name: "n", Numeric: len(g.Columns) > 0})
	}
	for range rows {
		cells := []string{"idle in transaction", Null, ""}
		for len(cells) < columns {
			cells = append(cells, strings.Repeat("wide ", 80))
		}
		g.Rows = append(g.Rows, cells[:columns])
	}
	return g
}

func modals(t *testing.T) map[string]slack.ModalViewRequest {
	inc := busy(t).inc
	step := Target{Incident: 42, Playbook: "site-down", Step: 3}
	return map[string]slack.ModalViewRequest{
		"modal-declare":         DeclareModal(policy(), runbook().Scenarios, Prefill{Title: "from a message", Severity: "P1", Scenario: "site-down", Drill: true, Metadata: `{"channel":"C1"}`}),
		"modal-declare-nothing": DeclareModal(incident.Policy{}, nil, Prefill{}),
		"modal-update":          UpdateModal(inc, false),
		"modal-update-tells":    UpdateModal(inc, true),
		"modal-resolve":         ResolveModal(inc, false),
		"modal-resolve-tells":   ResolveModal(published(t).inc, true),
		"modal-publish":         PublishModal(inc, publishView(inc)),
		"modal-publish-more":    PublishModal(published(t).inc, publishView(published(t).inc)),
		"modal-publish-bare":    PublishModal(inc, PublishView{Notice: inc.NoticeDraft()}),
		"modal-publish-private": PublishModal(states(t)["private"], PublishView{Notice: states(t)["private"].NoticeDraft(), Confirm: true}),
		"modal-sent":            SentModal(inc, inc.NoticeDraft()),
		"modal-cancel":          CancelModal(inc),
		"modal-action":          ActionModal(inc),
		"modal-learn":           LearnModal(inc),
		"modal-round-skip":      RoundSkipModal(rounds()["begun"], 1),
		"modal-round-note":      RoundNoteModal(rounds()["begun"]),
		"modal-round-problem":   RoundProblemModal(rounds()["begun"], 2, inc.Policy, runbook().Scenarios, routine.Trouble{Severity: "P1", Scenario: "site-down"}, true),
		"modal-skip":            SkipModal(inc, step),
		"modal-block":           BlockModal(inc, step),
	}
}

func readable(t *testing.T, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	want := map[string][]byte{}
	for name, m := range messages(t) {
		want[name] = readable(t, map[string]any{"text": m.Text, "blocks": m.Blocks})
	}
	for name, v := range modals(t) {
		want[name] = readable(t, v)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		file := filepath.Join("testdata", name+".json")
		if *update {
			require.NoError(t, os.WriteFile(file, want[name], 0o644))
			continue
		}
		golden, err := os.ReadFile(file)
		require.NoError(t, err, "go test -update writes it")
		assert.Equal(t, string(golden), string(want[name]), name)
	}
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if _, made := want[name]; !made && *update {
			require.NoError(t, errors.Join(os.Remove(f)))
		} else {
			assert.True(t, made, "%s is made by no message", f)
		}
	}
}

func TestTopic(t *testing.T) {
	name := func(p incident.Person) string { return map[string]string{ana: "ana", ben: "@ben"}[p] }
	for state, want := range map[string]string{
		"opened":       "🔴 P0 · open · no lead yet",
		"acknowledged": "🔴 P0 · investigating · lead @ben",
		"breached":     "🔴 P0 · open · no lead yet · response overdue",
		"drill":        "🔴 P0 · open · drill · no lead yet",
		"p3":           "⚪ P3 · open · no lead yet",
		"resolved":     "✅ P0 · resolved · 05:56 CET by @ben",
		"closed":       "✅ P0 · closed · 06:36 CET by @ana",
		"cancelled":    "⚪ P0 · cancelled · 05:09 CET by @ana",
	} {
		assert.Equal(t, want, Topic(states(t)[state], name), state)
	}
	inc := states(t)["resolved"]
	for _, typed := range []string{"ben@acme.dev", "ben (terminal)"} {
		inc.ResolvedBy = typed
		assert.Equal(t, "✅ P0 · resolved · 05:56 CET by "+typed, Topic(inc, func(p incident.Person) string { return p }), "as typed: it is nobody's handle")
	}
}
