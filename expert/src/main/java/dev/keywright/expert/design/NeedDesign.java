package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import java.util.List;
import java.util.Optional;

/**
 * How one need is met.
 *
 * @param title what it is in a few words
 * @param structure canonical id of the structure of the main design
 * @param script file name of the Lua script it runs, if it runs one
 * @param candidates layouts worth measuring, the chosen one first
 * @param cache what a cache does beyond keeping values, where it is one
 * @param messages how messages are carried, where there are some
 */
public record NeedDesign(
        String title,
        PatternSheet sheet,
        String structure,
        List<KeyDesign> keys,
        List<String> commands,
        Optional<String> script,
        List<Reason> why,
        List<Alternative> alternatives,
        List<PatternSheet.Candidate> candidates,
        List<String> guarantees,
        List<String> traps,
        Optional<CachePlan> cache,
        Optional<MessagePlan> messages) {

    public String pattern() {
        return sheet.pattern();
    }
}
