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
