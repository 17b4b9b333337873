package playbooks

import (
	"strings"
	"unicode"

	"mayday/lazyregexp"
)

// contactField is what a field or column of a contact holds.
type contactField int

const (
	noField contactField = iota
	nameField
	roleField
	emailField
	phoneField
	chatField
	hoursField
	ruleField
	scheduleField
)

// contactWords are the heads of columns and the names of fields, in the
// languages in which runbooks are written. A head that holds words of several
// is the first that it matches.
var contactWords = []struct {
	field contactField
	words string
}{
	{emailField, "email, e mail, mail, emails, correo, correo electrónico, courriel, adresse mail, posta, poczta, почта, эл почта, пошта, 邮箱, 邮件, 电子邮件, メール, メールアドレス, 이메일, 메일"},
	{phoneField, "phone, mobile, cell, tel, telephone, phone number, number, cellphone, teléfono, telefono, móvil, celular, telefone, téléphone, telefon, telefonnummer, handy, mobil, telefoon, телефон, моб, 电话, 手机, 联系电话, 手机号, 手机号码, 电话号码, 值班电话, 座机, 電話, 電話番号, 携帯, 携帯電話, 전화, 전화번호, 휴대폰, 휴대전화, 연락처"},
	{chatField, "slack, handle, chat, slack handle, telegram, teams, discord, mattermost, whatsapp, slack id, slack user, slack channel, чат, 微信, 钉钉, 飞书"},
	{scheduleField, "pagerduty, opsgenie, schedule, on call schedule, pager, rotation, rota, victorops, grafana oncall, group, user group"},
	{hoursField, "hours, availability, available, coverage, time zone, timezone, working hours, horario, disponibilidad, horário, disponibilidade, horaires, disponibilité, verfügbarkeit, zeiten, orari, disponibilità, beschikbaarheid, godziny, часы, время, години, 时间, 值班时间, 時間, 対応時間, 근무시간, 시간"},
	{ruleField, "escalation, escalate, when, escalate when, page when, rule, escalation time, when to call, when to contact, cuándo, cuándo contactar, escalamiento, quando, quando contatar, escalonamento, quand, quand contacter, escalade, wann, eskalation, quando contattare, wanneer, escalatie, kiedy, eskalacja, когда, эскалация, коли, ескалація, 何时, 升级, いつ, エスカレーション, 시점"},
	{nameField, "name, person, who, contact, primary contact, engineer, full name, nombre, persona, contacto, responsable, nome, pessoa, contato, responsável, nom, personne, interlocuteur, ansprechpartner, kontakt, persona di riferimento, contatto, referente, naam, contactpersoon, imię, imię i nazwisko, nazwisko, osoba, имя, фио, контакт, ответственный, ім я, піб, відповідальний, 姓名, 名字, 联系人, 联系方式, 联络方式, 紧急联系方式, 负责人, 主要维护, 维护人, 维护人员, 值班人, 值班人员, 氏名, 名前, 担当者, 連絡先, 緊急連絡先, 緊急連絡, 連絡方法, 이름, 성명, 담당자"},
	{roleField, "role, title, team, position, responsibility, tier, level, function, area, department, rol, cargo, puesto, equipo, área, função, papel, equipe, time, rôle, fonction, équipe, poste, rolle, funktion, ruolo, squadra, rol functie, functie, rola, zespół, stanowisko, роль, должность, команда, отдел, посада, 角色, 职位, 岗位, 团队, 役割, 役職, チーム, 역할, 직책, 팀"},
}

var contactWordIndex = func() map[string]contactField {
	out := map[string]contactField{}
	for _, row := range contactWords {
		for _, w := range strings.Split(row.words, ", ") {
			out[w] = row.field
		}
	}
	return out
}()

// contactFieldOf tells what a head or a label of a contact announces.
func contactFieldOf(label string) contactField {
	p := plain(label)
	if f, ok := contactWordIndex[p]; ok {
		return f
	}
	words := strings.Fields(p)
	if len(words) == 0 || len(words) > 4 {
		return noField
	}
	for _, row := range contactWords {
		for _, w := range words {
			if f, ok := contactWordIndex[w]; ok && f == row.field {
				return f
			}
		}
	}
	return noField
}

var (
	emailShape = lazyregexp.New(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	phoneShape = lazyregexp.New(`(?:\+|\b00|\()?\d[\d\s().x/-]{5,22}\d`)
	slackShape = lazyregexp.New(`(?:^|[\s(,:])(@[A-Za-z0-9][A-Za-z0-9._-]{1,40}|<[@!][^>]{2,40}>|\b[US](?:[A-Z]*\d[A-Z0-9]*)\b)`)
	// dateShape and versionShape look like telephone numbers and are none.
	dateShape = lazyregexp.New(`^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$|^\d+(?:\.\d+){2,3}$`)
)

// phoneIn is the first telephone number in s, "" when there is none: at least
// seven digits that are neither a date nor a version.
func phoneIn(s string) string {
	for _, m := range phoneShape.FindAllString(s, 4) {
		m = strings.TrimSpace(m)
		digits := 0
		for _, c := range m {
			digits += boolInt(c >= '0' && c <= '9')
		}
		if digits >= 7 && digits <= 15 && !dateShape.MatchString(m) {
			if strings.Count(m, "(") > strings.Count(m, ")") {
				m = strings.TrimLeft(m, "(")
			}
			return m
		}
	}
	return ""
}

// handleIn is the first Slack handle, user or group in s, "" when there is none.
func handleIn(s string) string {
	for _, m := range slackShape.FindAllStringSubmatch(s, 6) {
		h := strings.TrimRight(m[1], ".,")
		switch strings.ToLower(h) {
		case "@channel", "@here", "@everyone", "@all", "@latest":
			continue
		}
		if h[0] != '@' && h[0] != '<' && len(h) < 8 || h[0] == '@' && strings.Contains(s, h+"/") {
			continue
		}
		return h
	}
	return ""
}

// reachesSomebody: s holds an address, a number or a handle.
func reachesSomebody(s string) bool {
	if !strings.ContainsAny(s, "@0123456789") {
		return false
	}
	return emailShape.MatchString(s) || handleIn(s) != "" || phoneIn(s) != ""
}

// looksLikeName: one to four words that begin as names do, and nothing else.
func looksLikeName(s string) bool {
	n := len(strings.Fields(s))
	return n >= 1 && n <= 4 && !strings.ContainsAny(s, "0123456789:@#`/\\_=?!.…") && len(s) <= 60
}

// personName: looksLikeName, and every word of a script with capitals begins
// with one, particles such as "de" and "van" aside.
func personName(s string) bool {
	if !looksLikeName(s) {
		return false
	}
	capitals := 0
	for _, w := range strings.Fields(s) {
		c := []rune(w)[0]
		switch {
		case unicode.IsUpper(c) || !unicode.IsLower(c) && unicode.IsLetter(c):
			capitals++
		case !unicode.IsLower(c) || len(w) > 4:
			return false
		}
	}
	return capitals > 0
}
