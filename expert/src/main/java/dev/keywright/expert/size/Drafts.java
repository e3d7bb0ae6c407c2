package dev.keywright.expert.size;

import dev.keywright.expert.size.Contents.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kinds of data a text has told of so far, the one it speaks of, and what was said before anything was named and waits for
 * the next. One thread.
 */
final class Drafts {

    /** A size of a part that nothing is known to hold yet. */
    private record Waiting(Part part, String notation, String quoted) {}

    private final List<SetDraft> sets = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private SetDraft open = new SetDraft("", "", "");
    private Part focus = Part.WHOLE;
    private double share = Double.NaN;
    private String period = "";
    private double span = Double.NaN;
    private String spanFrom = "";
    /** Keys that are told apart by their shares. */
    private Optional<SetDraft> divided = Optional.empty();

    boolean none() {
        return sets.isEmpty();
    }

    /** In the order of the text. */
    List<SetDraft> all() {
        return List.copyOf(sets);
    }

    SetDraft open() {
        return open;
    }

    /** Of which part a size is that stands alone. */
    Part focus() {
        return focus;
    }

    void focus(Part part) {
        focus = part;
    }

    void start(String type, String noun) {
        open = new SetDraft(type, noun, period);
        sets.add(open);
        waiting.forEach(size -> open.contents().size(size.part(), size.notation(), size.quoted()));
        waiting.clear();
        if (!Double.isNaN(span)) {
            open.times(span, spanFrom);
            span = Double.NaN;
        }
        period = "";
        focus = Part.WHOLE;
    }

    /** The open one is told anew, as others of which there are so many. */
    void replace(String type, String noun, double keys, String from) {
        sets.remove(open);
        start(type, noun);
        open.keys(keys, from);
    }

    /** Of the open one, or of the next where there is none yet. */
    void size(Part part, String notation, String quoted) {
        if (none()) {
            waiting.add(new Waiting(part, notation, quoted));
        } else {
            open.contents().size(part, notation, quoted);
        }
    }

    /** The next is one of each such period: "daily". */
    void everyNext(String name) {
        period = name;
    }

    /** There are so many of the next: one a day for 90 days. */
    void timesNext(double number, String from) {
        span = number;
        spanFrom = from;
    }

    // Shares, which stand before what they are of.

    void share(double percent) {
        share = percent;
    }

    boolean hasShare() {
        return !Double.isNaN(share);
    }

    double takeShare() {
        double taken = share;
        share = Double.NaN;
        return taken;
    }

    boolean mayDivide() {
        return divided.isPresent() || open.hasKeys() && !open.isTyped();
    }

    /** "12M keys: 70 % strings, 30 % hashes". */
    void divide(String type, String noun) {
        SetDraft whole = divided.orElse(open);
        sets.remove(whole);
        divided = Optional.of(whole);
        double percent = takeShare();
        start(type, noun);
        open.keys(whole.keys() * percent / 100, "= " + SizeWords.number(percent) + " % of " + whole.keysFrom());
    }
}
