package dev.keywright.cache.annotation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One annotation of a method, ready to be followed.
 *
 * @param key how the entry is found; null for all entries
 */
record Rule(NamedCache cache, @Nullable KeyPlan key, Predicate<Invocation> condition, Predicate<Object> unless) {

    /** A rule that a call has to follow; the text of its key as far as it is known before the method has run. */
    record Due(Rule rule, Invocation invocation, @Nullable String text) {

        /** @param result what the method brought, null for nothing */
        void put(@Nullable Object result) {
            String text = textAfter(result);
            if (text != null) {
                rule.cache.put(text, result == null || rule.isUnkept(result) ? null : result);
            }
        }

        void evict(@Nullable Object result) {
            if (rule.key == null) {
                rule.cache.clear();
                return;
            }
            String text = textAfter(result);
            if (text != null) {
                rule.cache.evict(text);
            }
        }

        private @Nullable String textAfter(@Nullable Object result) {
            if (text != null || rule.key == null || result == null) {
                return text;
            }
            try {
                return rule.key.text(invocation, result);
            } catch (RuntimeException e) {
                rule.cache.failed(e);
                return null;
            }
        }
    }

    /** Null when the condition says no, or no key can be made. */
    @Nullable
    Due due(Invocation invocation) {
        try {
            if (!condition.test(invocation)) {
                return null;
            }
            String text = key == null || key.needsResult() ? null : key.text(invocation, null);
            return new Due(this, invocation, text);
        } catch (RuntimeException e) {
            cache.failed(e);
            return null;
        }
    }

    static List<Due> due(List<Rule> rules, Invocation invocation) {
        List<Due> all = new ArrayList<>(rules.size());
        for (Rule rule : rules) {
            Due due = rule.due(invocation);
            if (due != null) {
                all.add(due);
            }
        }
        return all;
    }

    private boolean isUnkept(Object result) {
        try {
            return unless.test(result);
        } catch (RuntimeException e) {
            cache.failed(e);
            return true;
        }
    }
}
