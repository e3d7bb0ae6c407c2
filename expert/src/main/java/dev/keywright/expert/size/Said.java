package dev.keywright.expert.size;

import dev.keywright.ops.memory.Origin;

/** A notation and the words it was read from. */
record Said(String text, Origin origin, String from) {

    static Said asked(String text, String from) {
        return new Said(text, Origin.ASKED, from);
    }

    static Said derived(String text, String from) {
        return new Said(text, Origin.DERIVED, from);
    }

    /** The middle of a notation of one or two numbers. */
    static double middle(String notation) {
        double sum = 0;
        int found = 0;
        for (String word : notation.replaceFirst("deviation.*", "").split("[^0-9.]+")) {
            if (!word.isEmpty()) {
                sum += Double.parseDouble(word);
                found++;
            }
        }
        return found == 0 ? 0 : sum / found;
    }
}
