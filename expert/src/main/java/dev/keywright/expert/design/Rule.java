package dev.keywright.expert.design;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One thing an expert would say, as data: when it applies and what it then does to the draft.
 *
 * @param id appears in the answer beside what the rule decided
 * @param applies whether the draft calls for it; must not change the draft
 * @param propose what follows
 */
record Rule(String id, Predicate<Draft> applies, BiConsumer<Draft, String> propose) {

    static Rule topology(String id, Predicate<Draft> applies, String topology, String why) {
        return new Rule(id, applies, (draft, rule) -> draft.topology(topology, new Reason(rule, why)));
    }

    static Rule persistence(String id, Predicate<Draft> applies, String persistence, String why) {
        return new Rule(id, applies, (draft, rule) -> draft.persistence(persistence, new Reason(rule, why)));
    }

    static Rule eviction(String id, Predicate<Draft> applies, String policy, String why) {
        return new Rule(id, applies, (draft, rule) -> draft.eviction(policy, new Reason(rule, why)));
    }

    static Rule conflict(String id, Predicate<Draft> applies, Function<Draft, String> statement, String fix) {
        return warning(id, Warning.Severity.CONFLICT, applies, statement, fix);
    }

    /** The same also where the words of the task speak of it ({@link Draft#speaksOf}) and {@code fits} does not deny it. */
    Rule orSpokenOf(Predicate<Draft> fits) {
        return new Rule(id, draft -> applies.test(draft) || draft.speaksOf(id) && fits.test(draft), propose);
    }

    static Rule caution(String id, Predicate<Draft> applies, Function<Draft, String> statement, String fix) {
        return warning(id, Warning.Severity.CAUTION, applies, statement, fix);
    }

    private static Rule warning(
            String id,
            Warning.Severity severity,
            Predicate<Draft> applies,
            Function<Draft, String> statement,
            String fix) {
        return new Rule(
                id, applies, (draft, rule) -> draft.warn(new Warning(rule, severity, statement.apply(draft), fix)));
    }

    /** Lets the first rule that applies decide. */
    static void first(List<Rule> rules, Draft draft) {
        rules.stream()
                .filter(rule -> rule.applies().test(draft))
                .findFirst()
                .ifPresent(rule -> rule.propose().accept(draft, rule.id()));
    }

    /** Lets every rule that applies speak. */
    static void every(List<Rule> rules, Draft draft) {
        for (Rule rule : rules) {
            if (rule.applies().test(draft)) {
                rule.propose().accept(draft, rule.id());
            }
        }
    }
}
