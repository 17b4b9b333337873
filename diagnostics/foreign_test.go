package diagnostics

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutADatabaseAFunctionOfASchemaIsRefusedUnlessItIsListed(t *testing.T) {
	for _, sql := range []string{
		"select public.order_total(1)", `select "public"."order_total" ( 1 )`, "select * from orders where id = Shop.Latest(3)", "select 1 from audit.rows_of('x') r",
	} {
		require.Nil(t, JudgeShape(sql), sql)
		refusal := JudgeOffline(sql, []string{"public.other"})
		require.NotNil(t, refusal, sql)
		assert.Contains(t, refusal.Instead, "MAYDAY_SQL_FUNCTIONS")
	}
	for _, sql := range []string{
		"select public.order_total(1)", "select pg_catalog.count(*) from public.orders", "select o.total from public.orders o where o.total in (1, 2)",
		"select count(*) from shop.orders", "select lower(name) from public.people where 'public.order_totals(1)' = name", "show statement_timeout",
	} {
		assert.Nil(t, JudgeOffline(sql, []string{"public.order_total"}), sql)
	}
	refusal := JudgeOffline("select pg_terminate_backend(1)", []string{"public.order_total"})
	require.NotNil(t, refusal, "what the shape refuses stays refused")
}

func TestWhereACallOfASchemaIsSeen(t *testing.T) {
	refusal := JudgeOffline(`select a.b, "Shop"."Latest" (3) from t`, nil)
	require.NotNil(t, refusal)
	assert.Equal(t, "shop.latest", refusal.Word)
	assert.Equal(t, RuleFunction, refusal.Rule)
	assert.Equal(t, `select a.b, "Shop"."Latest" (3) from t`, refusal.Part)
	for _, sql := range []string{"select information_schema.f(1)", "select pg_catalog.f(1)", "select 1", "select a.b from c.d where e.f in (1)", "select a.f + (1)", "select shop.main.latest(1)", "select 1.f(1)", "select a. 'f' (1)", "select 'a'.f(1)", "select shop.", "select shop.f"} {
		assert.Nil(t, JudgeOffline(sql, nil), sql)
	}
	assert.NotNil(t, JudgeOffline("select shop.latest(pg_catalog.f(1))", nil))
	assert.NotNil(t, JudgeOffline("select pg_catalog.f(shop.latest(1))", nil))
}
