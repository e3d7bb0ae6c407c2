package dev.keywright.ops.scan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the user may not do, found out by trying; each is said once. */
final class Rights {

    private final Set<Phrase> refused = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    boolean allow(Phrase phrase) {
        return !refused.contains(phrase);
    }

    /** @param what is unknown without it */
    void refused(Phrase phrase, String what) {
        if (refused.add(phrase)) {
            notes.add(phrase.name() + " is refused, so " + what + " are not known. Grant the user " + phrase.right()
                    + ", or use a server that has it.");
        }
    }

    List<String> notes() {
        return notes;
    }
}
