package workers

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/oncall"
)

// handles remembers the ids of user groups by their handles. The zero value is ready.
type handles struct {
	mu    sync.Mutex
	known map[string]string
	at    time.Time
}

// groupID is the id of a user group that is named by its handle with the @, or by its id.
func (w *Workers) groupID(ctx context.Context, name string) (string, error) {
	handle, isHandle := strings.CutPrefix(name, "@")
	if !isHandle {
		return name, nil
	}
	h := &w.handles
	h.mu.Lock()
	id, ok := h.known[strings.ToLower(handle)]
	fresh := time.Since(h.at) < knowFor
	h.mu.Unlock()
	if ok && fresh {
		return id, nil
	}
	list, err := w.Slack.Groups(ctx)
	if err != nil {
		return "", err
	}
	known := map[string]string{}
	for _, g := range list {
		known[strings.ToLower(g.Handle)] = g.ID
	}
	h.mu.Lock()
	h.known, h.at = known, time.Now()
	h.mu.Unlock()
	if id = known[strings.ToLower(handle)]; id == "" {
		return "", &unreachableError{"no user group of this workspace has the handle " + name + "; a person is found by e-mail address or by id"}
	}
	return id, nil
}

// groupMembers are those of a user group.
func (w *Workers) groupMembers(ctx context.Context, name string) ([]incident.Person, error) {
	id, err := w.groupID(ctx, name)
	if err != nil {
		return nil, err
	}
	return w.Slack.GroupMembers(ctx, id)
}

// mostNamed is how many of a user group are looked up by name.
const mostNamed = 20

// groupShifts makes shifts of who is in a user group now: nobody knows until when.
func (w *Workers) groupShifts(ctx context.Context, name string, now time.Time) (oncall.Roster, error) {
	members, err := w.groupMembers(ctx, name)
	if err != nil {
		return nil, err
	}
	from := now.UTC().Truncate(24 * time.Hour)
	var shifts oncall.Roster
	for i, id := range members {
		p := oncall.Person{Handle: id}
		if i < mostNamed {
			p.Name = w.name(ctx, id)
		}
		shifts = append(shifts, oncall.Shift{Person: p, From: from, Until: oncall.Forever})
	}
	return shifts, nil
}

// GroupSync is a user group that is kept to be whoever is on call in a role.
type GroupSync struct {
	// Group is its handle with the @, or its id, and Role that of a contact.
	Group, Role string
}

// groupLook is how often it is looked whether somebody changed a user group by hand (Slack: usergroups.users.list, 20 a minute).
const groupLook = 5 * time.Minute

// syncGroups keeps the user groups of the settings in step with who is on call.
func (w *Workers) syncGroups(ctx context.Context) {
	for _, s := range w.GroupSyncs {
		if w.ReachesSlack != nil && !w.ReachesSlack() {
			return
		}
		if err := w.syncGroup(ctx, s); err != nil && ctx.Err() == nil {
			w.Log.Warn("a user group was not brought in step with who is on call", zap.String("group", s.Group), zap.String("role", s.Role), zap.Error(err))
		}
	}
}

// syncGroup looks at one: at once when others are on call, and else now and then. While it is not sure who is on call, it stays as it is.
func (w *Workers) syncGroup(ctx context.Context, s GroupSync) error {
	c, ok := w.Runbook().InRole(s.Role)
	if !ok || c.Roster == "" {
		return nil
	}
	people, until, doubt, err := w.onShift(ctx, c)
	if err != nil || len(people) == 0 || !doubt.Sure() {
		return err
	}
	wanted := slices.Sorted(slices.Values(people))
	fact := "group/" + s.Group
	made, err := w.Store.Fact(ctx, fact)
	if err != nil {
		return err
	}
	if made == strings.Join(wanted, ",") {
		if _, due, err := w.Store.RosterTurn(ctx, fact, groupLook); err != nil || !due {
			return err
		}
	}
	_, err = w.Store.Alone(ctx, fact, func(ctx context.Context) error {
		return w.setGroup(ctx, s, fact, wanted, blocks.GroupSet{Group: s.Group, Role: s.Role, Until: until})
	})
	return err
}

// setGroup reads a group, makes it of those wanted if it is not, and tells the operators. What was begun and maybe not told is told: the fact
// with since says so.
func (w *Workers) setGroup(ctx context.Context, s GroupSync, fact string, wanted []incident.Person, said blocks.GroupSet) error {
	made, err := w.Store.Fact(ctx, fact)
	if err != nil {
		return err
	}
	begun, err := w.Store.Fact(ctx, fact+"/since")
	if err != nil {
		return err
	}
	id, err := w.groupID(ctx, s.Group)
	if err != nil {
		return w.groupRefused(ctx, fact, wanted, said, err)
	}
	members, err := w.Slack.GroupMembers(ctx, id)
	if err != nil {
		return w.groupRefused(ctx, fact, wanted, said, err)
	}
	slices.Sort(members)
	if slices.Equal(members, wanted) && begun == "" {
		return w.Store.SaveFact(ctx, fact, strings.Join(wanted, ","))
	}
	since, look := w.Store.Now(), begun != ""
	if t, err := time.Parse(time.RFC3339, begun); err == nil {
		since = t
	} else if err := w.Store.SaveFact(ctx, fact+"/since", since.Format(time.RFC3339)); err != nil {
		return err
	}
	if !slices.Equal(members, wanted) {
		said.ByHand = made == strings.Join(wanted, ",")
		if err := w.Slack.SetGroupMembers(ctx, id, wanted); err != nil {
			return w.groupRefused(ctx, fact, wanted, said, err)
		}
	} else if made != "" {
		members = strings.Split(made, ",")
	}
	said.Now, said.Before = w.namesFor(ctx, wanted), w.namesFor(ctx, members)
	if err := w.tellGroup(ctx, blocks.GroupTold(said), fact+"/"+since.Format(time.RFC3339), look, since); err != nil {
		return err
	}
	if err := w.Store.SaveFact(ctx, fact, strings.Join(wanted, ",")); err != nil {
		return err
	}
	return w.Store.SaveFact(ctx, fact+"/since", "")
}

// groupRefused tells the operators once why a group cannot be kept in step, when trying again does not help.
func (w *Workers) groupRefused(ctx context.Context, fact string, wanted []incident.Person, said blocks.GroupSet, refused error) error {
	if !final(refused) {
		return refused
	}
	why := explain(refused)
	if bot.CodeOf(refused) == "permission_denied" {
		why = "a setting of this workspace keeps apps from changing user groups; ask a workspace admin"
	}
	told, err := w.Store.Fact(ctx, fact+"/refused")
	if err != nil || told == strings.Join(wanted, ",")+" "+why {
		return err
	}
	said.Now, said.Refused = w.namesFor(ctx, wanted), why
	now := w.Store.Now()
	if err := w.tellGroup(ctx, blocks.GroupTold(said), fact+"/refused/"+now.Format(time.RFC3339), false, now); err != nil {
		return err
	}
	if err := w.Store.SaveFact(ctx, fact+"/since", ""); err != nil {
		return err
	}
	return w.Store.SaveFact(ctx, fact+"/refused", strings.Join(wanted, ",")+" "+why)
}

func (w *Workers) tellGroup(ctx context.Context, m blocks.Message, key string, look bool, since time.Time) error {
	channel, err := w.opsChannel(ctx)
	if err != nil {
		return err
	}
	return w.postSought(ctx, channel, bot.Message{Text: m.Text, Blocks: m.Blocks, Key: key}, look, since)
}

// namesFor are what people are called.
func (w *Workers) namesFor(ctx context.Context, people []incident.Person) (names []string) {
	for _, p := range people {
		names = append(names, w.name(ctx, p))
	}
	return names
}
