package dev.keywright.ops.scan;

import java.util.ArrayList;
import java.util.List;

/** The names that one SCAN gave, on their way to become keys. */
final class Page {

    /** What is asked for next, in this order. */
    enum Stage {
        FACTS,
        /** Types of keys whose encoding does not tell. */
        TYPES,
        /** Facts of keys whose slot is on the move. */
        ASKING,
        COUNTS,
        SHAPES,
        DONE
    }

    final long nextCursor;
    final List<Draft> drafts = new ArrayList<>();
    long names;
    long repeats;
    long touched;
    Stage stage = Stage.FACTS;
    /** The keys of the stage under way. */
    List<Draft> subjects = List.of();

    Page(long nextCursor) {
        this.nextCursor = nextCursor;
    }

    long with(Draft.Fate fate) {
        return drafts.stream().filter(draft -> draft.fate == fate).count();
    }
}
