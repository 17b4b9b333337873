package diagnostics

import (
	"math"
	"strings"

	"mayday/lazyregexp"
)

// usualDigits is the length that a number of the data is taken to have.
const usualDigits = 20

// slowNumbers are functions on numbers that take the square of their digits.
var slowNumbers = set("div", "mod", "sqrt", "ln", "log", "log10", "exp", "power", "pow", "gcd", "lcm", "factorial", "numeric_div", "numeric_mul", "numeric_mod", "numeric_div_trunc", "numeric_power", "numeric_sqrt")

// arithmeticSign counts an operator on numbers. A * that stands for all columns is none.
func (m *meter) arithmeticSign(a *arm, i int, operator string) {
	if operator == "*" && m.star(i) {
		return
	}
	a.arithmetic++
	if a.firstArithmetic == 0 {
		a.firstArithmetic = i
	}
	switch operator {
	case "*":
		a.times++
	case "^":
		m.exponent(a, span{i - 1, i}, span{i + 1, i + 2})
	}
}

var starWords = set("select", "distinct", "all", "returning")

// star says whether the * at i stands for columns.
func (m *meter) star(i int) bool {
	return m.sign(i-1, ".") || m.sign(i-1, "(") && (m.sign(i+1, ")") || m.sign(i+1, ",")) || m.keyword(i-1, starWords) || m.sign(i-1, ",")
}

// numberCall counts a function on numbers.
func (m *meter) numberCall(a *arm, i int) {
	args := m.arguments(i + 1)
	a.arithmetic++
	if a.firstArithmetic == 0 {
		a.firstArithmetic = i
	}
	switch word := m.words[i]; {
	case (word == "power" || word == "pow" || word == "numeric_power") && len(args) == 2:
		m.exponent(a, args[0], args[1])
	case word == "factorial" && len(args) == 1:
		if n, known := m.plainNumber(args[0]); !known || n > 1000 {
			a.times = math.Inf(1)
		}
	case word == "exp" && len(args) == 1:
		a.times += 130 // the most digits of exp are 2,605 (numeric.c)
	case word == "numeric_mul" || word == "lcm":
		a.times++
	}
}

// exponent takes a power into account. A power of whole numbers is a float, one of
// exact numbers has as many digits as the exponent says.
func (m *meter) exponent(a *arm, base, power span) {
	n, known := m.plainNumber(power)
	exact := m.digits > usualDigits || m.castsToNumber || m.decimals
	if base = m.bare(base); m.is(base.from, tokenNumber) && base.to == base.from+1 {
		t := m.tokens[base.from]
		exact = strings.ContainsAny(m.sql[t.from:t.to], ".eE")
	}
	switch {
	case !known && exact:
		a.times = math.Inf(1)
	case known && math.Abs(n) > 1000:
		m.refuseAt(power.from, "a power over 1,000 makes a number of very many digits, and dividing those takes long without a look at the time limit.", "Use a smaller number.")
	case known:
		a.times += math.Max(0, n-1)
	}
}

// numericDigits is the most digits that a number has before the point (manual: 8.1).
const numericDigits = 131072

// judgeArithmetic refuses many operations on very long numbers in one SELECT:
// the time limit is looked at between rows, not between columns. One division of
// the longest numbers takes about a second.
func (m *meter) judgeArithmetic(a *arm, out extent) {
	digits := math.Max(m.digits, usualDigits) * out.digits
	if m.castsToNumber && out.size > 1 {
		digits = math.Max(digits, out.size*m.longest*out.digits)
	}
	digits = math.Min(digits, numericDigits) / numericDigits
	if a.arithmetic*digits*digits > 4 {
		m.refuseAt(a.firstArithmetic, "so many operations on numbers that can get so long take minutes without a look at the time limit.", "Use fewer of them, or round the numbers first.")
	}
}

var (
	longNumberText = lazyregexp.New(`(?:^|[\s\[,:{(+\-])\d*\.?\d*[eE][+\-]?\d{4,}(?:$|[\s\],})])|(?:^|[\s\[,:{(+\-])[\d.]{400,}`)
	numberTypes    = set("numeric", "decimal", "dec", "to_number", "jsonb", "json", "money")
)

// literals looks at every text and number of the statement.
func (m *meter) literals() {
	for i := range m.tokens {
		switch {
		case m.is(i, tokenText):
			m.longest = math.Max(m.longest, float64(len(m.content(i))))
			if longNumberText.MatchString(m.content(i)) && m.arithmeticAnywhere() {
				m.refuseAt(i, "a number of so many digits makes arithmetic take long without a look at the time limit.", "Use a shorter number.")
			}
		case m.is(i, tokenNumber):
			t := m.tokens[i]
			number := strings.ToLower(m.sql[t.from:t.to])
			length := float64(len(number))
			if at := strings.IndexByte(number, 'e'); at > 0 && !strings.HasPrefix(number, "0x") {
				power := strings.TrimLeft(number[at+1:], "+-0")
				if len(power) > 3 || len(power) == 3 && power > "400" {
					m.refuseAt(i, "a number of so many digits makes arithmetic take long without a look at the time limit.", "Use a shorter number.")
				}
				if len(power) <= 3 && power != "" {
					length += m.power(power)
				}
			}
			if length > 1000 {
				m.refuseAt(i, "a number of so many digits makes arithmetic take long without a look at the time limit.", "Use a shorter number.")
			}
			m.digits = math.Max(m.digits, length)
			m.decimals = m.decimals || strings.ContainsAny(number, ".e")
		case m.name(i) && numberTypes[m.words[i]]:
			m.castsToNumber = true
		}
	}
}

func (m *meter) power(digits string) float64 {
	n := 0.0
	for _, d := range digits {
		n = n*10 + float64(d-'0')
	}
	return n
}

// arithmeticAnywhere says whether the statement computes with numbers at all.
func (m *meter) arithmeticAnywhere() bool {
	for i := range m.tokens {
		if m.sign(i, "/") || m.sign(i, "%") || m.sign(i, "^") || m.sign(i, "*") && !m.star(i) || m.call(i) && slowNumbers[m.words[i]] {
			return true
		}
	}
	return false
}
