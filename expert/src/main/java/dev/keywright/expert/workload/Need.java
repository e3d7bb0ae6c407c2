package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Hit;
import java.util.List;

/**
 * One pattern the task needs, and the words that say so.
 *
 * @param pattern canonical id
 * @param score how strongly the words speak for it; comparable within one task only
 * @param said the part of the score that whole phrases give, without likeness
 * @param hits the phrases found, in the order of the text
 */
public record Need(String pattern, double score, double said, List<Hit> hits) {

    /** Where the text first speaks of it. */
    public int start() {
        return hits.stream().mapToInt(Hit::start).min().orElse(Integer.MAX_VALUE);
    }
}
