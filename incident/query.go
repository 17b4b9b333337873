package incident

import "strings"

// AdmitQuery refuses a query of the runbook, or what is kept of its answers, outside of every incident to who may not
// ask for it; nil admits it. operators says whether it is asked in the operators' channel, where every full member may;
// elsewhere those may whom setting and contacts admit, as in MaySQL.
func (a Access) AdmitQuery(c Caller, operators bool, setting string, contacts []Contact) error {
	if err := a.judge(c, Reading, operators); err != nil {
		return err
	}
	if a.Verdict(c.Standing, Reading, operators) == Granted {
		return nil
	}
	if mayByAny(Incident{}, c, setting, contacts) {
		return nil
	}
	return &Refusal{Reason: NotAllowed, Verb: deeds[Reading], Word: settingWord(setting)}
}

// mayByAny reports whether any word of the setting admits a caller.
func mayByAny(inc Incident, c Caller, setting string, contacts []Contact) bool {
	for _, word := range strings.Split(standardSQL(setting), ",") {
		if mayBy(inc, c, strings.TrimSpace(word), contacts) {
			return true
		}
	}
	return false
}

func standardSQL(setting string) string {
	if setting == "" {
		return SQLContacts
	}
	return setting
}

// settingWord names a setting for who is refused by it.
func settingWord(setting string) string {
	switch setting = standardSQL(setting); setting {
	case SQLContacts, SQLResponders, SQLOff:
		return setting
	}
	return "listed"
}
