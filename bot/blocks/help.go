package blocks

import (
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
)

// CommandHelp is what /incident help tells of one command.
type CommandHelp struct {
	// Name is the first word after /incident, or "declare" for the bare form.
	Name string
	// Also are other words for it.
	Also []string
	// Usage is the line to type after /incident.
	Usage string
	// Does says what happens, without a full stop.
	Does string
	// Example is a whole line after /incident that is understood as it stands.
	Example string
}

// Commands is every command that exists, in the order in which help lists them.
var Commands = []CommandHelp{
	{"declare", nil, "<severity> <scenario> [title] [--private] [--drill]", "opens an incident; severity and scenario in any order, all else is the title", "p0 site-down checkout answers 500"},
	{"drill", nil, "drill <scenario>", "opens an exercise; its channel ends in -drill", "drill site-down"},
	{"ack", nil, "ack", "stops the response clock; you lead until somebody else does", "ack"},
	{"decline", nil, "decline", "says that you cannot come; the next contact is paged at once", "decline"},
	{"onmyway", []string{"omw"}, "onmyway", "says that you are on your way to help, once somebody acknowledged", "onmyway"},
	{"status", nil, "status [investigating|identified|monitoring]", "shows the card, or moves the incident on", "status identified"},
	{"sev", nil, "sev <severity> [reason]", "changes the severity; the clocks are planned again from the declaration", "sev p1 only one region"},
	{"take", []string{"role"}, "take <lead|comms|scribe|expert>, role <role> @name", "takes a role or hands it to somebody", "take lead"},
	{"handover", []string{"handoff"}, "handover @name [note]", "asks somebody privately to take the lead over from you, with how things stand; outside of an incident, to take over your shift", "handover @ben the rollback is running"},
	{"steps", nil, "steps", "lists the steps of the playbook with what became of them", "steps"},
	{"step", nil, "step <number> done|skip|blocked|undo [note], step <number> @name", "marks a step, takes the mark back, or assigns it", "step 3 done restarted the pooler"},
	{"run", nil, "run [<query>|all|diff]", "runs a query of the runbook by a word of its name; all of the playbook's; all compared with the snapshot at declaration", "run all"},
	{"sql", nil, "sql <select …>", "runs one read-only statement of your own; anything that could change something is refused", "sql select state, count(*) from pg_stat_activity group by state"},
	{"probe", []string{"check"}, "probe [number]", "asks the addresses of a step how they are; the answer comes in the thread of the step", "probe 1"},
	{"playbook", nil, "playbook [add] <scenario>", "walks another playbook from now on; what was done stays. With add, its steps come after those in hand", "playbook site-down"},
	{"update", nil, "update <text> [next 30m]", "announces where things stand; alone it opens a form", "update rollback is running next 30m"},
	{"note", nil, "note <text>", "adds a line to the timeline", "note traffic dropped at the load balancer"},
	{"action", []string{"followup", "todo"}, "action [<text> [@name] [by <day>]]", "records a follow-up and files it; alone it opens a form. A day is today, tomorrow, friday, in 3 days or 2026-03-09", "action alert on pool exhaustion by friday"},
	{"publish", nil, "publish", "opens the form to tell customers on your status page, with a draft from the last update; without such a page, the text to copy", "publish"},
	{"sent", nil, "sent", "marks the external communication as sent", "sent"},
	{"page", nil, "page next|@name … [reason]", "pages the next contact, or people by name; alone it asks whom", "page next need database help"},
	{"snooze", nil, "snooze <15m|1h|off> [reason]", "quietens the reminders; before anybody acknowledged it needs a reason", "snooze 15m waiting for the provider"},
	{"resolve", nil, "resolve [summary]", "ends the incident and drafts the post-mortem; alone it opens a form", "resolve rolled back the deployment"},
	{"reopen", nil, "reopen <reason>", "takes it up again; the clocks run on", "reopen errors are back"},
	{"cancel", nil, "cancel <reason>", "ends what was no incident", "cancel false alarm from the uptime check"},
	{"private", nil, "private", "hides the incident from all who take no part in it, for good; make its channel private in Slack too", "private"},
	{"close", nil, "close", "puts a resolved incident away and archives its channel", "close"},
	{"timeline", nil, "timeline", "shows what happened", "timeline"},
	{"export", nil, "export", "posts the timeline as files in the incident's channel, Markdown and JSON", "export"},
	{"learn", nil, "learn <text>", "says what the runbook should say next time: a comment on the post-mortem, and a proposed edit where the runbook is on GitHub", "learn the pooler has to be restarted before the app"},
	{"postmortem", nil, "postmortem", "writes the post-mortem again, or one that the severity does not ask for", "postmortem"},
	{"query", []string{"queries"}, "query [<name>]", "lists the runbook's queries, or runs one: outside of incidents for you alone, in the operators' channel for all there", "query users/new-users-today"},
	{"trend", []string{"trends"}, "trend [<name> [30d]]", "draws what a query of one number answered from day to day; alone it lists the numbers that are kept", "trend users/new-users-today 30d"},
	{"digest", nil, "digest [mute|unmute]", "says when the next digest comes; muted, it names you without a mention", "digest mute"},
	{"mute", []string{"unmute"}, "mute [<source>|all [at <time>] <2h> [why]], unmute <source>", "keeps the alerts of a source silent; alone it lists what is muted. What still fires at the end is offered then", "mute all 2h deploying"},
	{"list", nil, "list", "lists the open incidents", "list"},
	{"find", nil, "find <word>", "finds incidents, old ones too", "find checkout"},
	{"runbook", nil, "runbook [scenario|age]", "shows the scenarios, or one of them; age tells you what of the runbook is out of date", "runbook site-down"},
	{"contacts", nil, "contacts", "shows whom to call", "contacts"},
	{"oncall", nil, "oncall [me]", "shows who is on call now, until when, and who is next; me tells you alone how often you were called, by the hours of your own day", "oncall"},
	{"testpage", []string{"test-page"}, "test-page", "pages you as an exercise, by every way that you have, so that you know that it reaches you", "testpage"},
	{"matrix", nil, "matrix", "shows the severities and their times", "matrix"},
	{"dashboards", nil, "dashboards", "links the dashboards", "dashboards"},
	{"statuspages", nil, "statuspages", "links the suppliers' status pages, and shows how your own one stands", "statuspages"},
	{"checklist", nil, "checklist [daily|weekly|monthly]", "shows a checklist", "checklist daily"},
	{"doctor", nil, "doctor", "looks at how mayday is set up, and says to you alone what has to be mended and how", "doctor"},
	{"access", nil, "access", "shows what a responder needs: tools, accounts and rights", "access"},
	{"help", nil, "help [all|<command>]", "shows what to do in which situation, every command, or one", "help step"},
}

// groups are the paragraphs of the help, each by its first command.
var groups = []struct{ first, name string }{
	{"declare", "Declare and respond"}, {"steps", "Work through it"}, {"update", "Keep people informed"},
	{"resolve", "End it"}, {"timeline", "Look back"}, {"runbook", "The runbook at hand"},
}

// situations are what people look for help in, and what to do then.
var situations = []struct{ when, do string }{
	{"Something is broken", command("p1 <what is wrong>") + ", or ask " + command("matrix") + " how severe it is"},
	{"You are paged", "press *Acknowledge* or *I can't, page next*, or " + command("ack") + ", " + command("decline")},
	{"What comes next", command("steps") + ", then " + command("step 3 done")},
	{"What does the database say", command("run")},
	{"You need somebody", command("page @name why") + ", or " + command("contacts")},
	{"People ask how it goes", command("update <what is known>") + ", " + command("status monitoring")},
	{"A message matters", ":pushpin: on it puts it on the timeline; *Declare from message* in its menu begins an incident"},
	{"It is over", command("resolve <what fixed it>")},
	{"It was nothing", command("cancel <reason>")},
	{"What else is open", command("list") + ", or mayday's Home"},
}

// Help is the answer to /incident help: what to do in which situation, every command
// when topic is "all", or the command that topic names.
func Help(topic string) Message {
	word := strings.ToLower(incident.Line(topic, 40))
	switch word {
	case "":
		return firstHelp()
	case "all":
		return allHelp("")
	}
	i := slices.IndexFunc(Commands, func(c CommandHelp) bool { return c.Name == word || slices.Contains(c.Also, word) })
	if i < 0 {
		return allHelp("There is no command " + quoted(topic) + ". There are these.")
	}
	c := Commands[i]
	text := command(c.Usage) + " " + c.Does + "."
	return reply(text, section(text), small("For example: "+command(c.Example)))
}

func firstHelp() Message {
	var lines []string
	for _, s := range situations {
		lines = append(lines, "*"+s.when+"*: "+s.do)
	}
	return reply("What to do with /incident, by situation.", section(lines...), small("Every command: "+command("help all"), "One: "+command("help step")))
}

func allHelp(before string) Message {
	var blocks []slack.Block
	var lines []string
	for _, c := range Commands {
		for _, g := range groups {
			if g.first == c.Name {
				blocks = append(blocks, section(lines...))
				lines = []string{"*" + g.name + "*"}
			}
		}
		lines = append(lines, command(c.Usage)+" "+c.Does)
	}
	blocks = append(blocks, section(lines...))
	text := joined(" ", before, "The commands of /incident, each with what it does.")
	return reply(text, append([]slack.Block{section(before)},
		append(blocks, small("In an incident's channel no number is needed; elsewhere put it after the command: "+command("ack #42"), "One command: "+command("help step")))...)...)
}
