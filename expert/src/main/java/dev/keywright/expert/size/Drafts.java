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
    private String shareFrom = "";
    private final List<String> doubts = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private String period = "";
    private String expiry = "";
    private double span = Double.NaN;
    private String spanFrom = "";
    private double whole;
    private String wholeFrom = "";
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

    /** Whether the elements of the open one were counted or told of last. */
    boolean focusIsElements() {
        return focus == Part.CONTENT && open.hasElements();
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
        if (!expiry.isEmpty()) {
            open.say("expiring", Said.asked("100 %", expiry));
            expiry = "";
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

    /** Whether another than the open one is called so. */
    boolean mayReopen(String word) {
        return !none()
                && !open.isCalled(Lexicon.singular(word))
                && sets.stream().anyMatch(set -> set.isCalled(Lexicon.singular(word)));
    }

    /** It is spoken of that one again. */
    void reopen(String word) {
        sets.stream()
                .filter(set -> set.isCalled(Lexicon.singular(word)))
                .findFirst()
                .ifPresent(set -> {
                    open = set;
                    focus = open.hasElements() ? Part.CONTENT : Part.WHOLE;
                });
    }

    /** Of the open one, or of the next where there is none yet. */
    void size(Part part, String notation, String quoted) {
        if (none()) {
            waiting.add(new Waiting(part, notation, quoted));
        } else {
            open.contents().size(part, notation, quoted);
        }
    }

    /** The next expires, as was said before: "carts expire after a week: 600k of them". */
    void expiresNext(String from) {
        expiry = from;
    }

    /** The next is one of each such period: "daily". */
    void everyNext(String name) {
        period = name;
    }

    /** Whether it was said for what there will be one of the next, and nothing else yet. */
    boolean hasOwner() {
        return none() && !period.isEmpty() && !Lexicon.isPeriod(period);
    }

    /** Those are counted: "every product (1.1M of them) has a hash". */
    void startOwner() {
        String owner = period;
        period = "";
        start("", owner);
    }

    /** There are so many of the next: one a day for 90 days. */
    void timesNext(double number, String from) {
        span = number;
        spanFrom = from;
    }

    /** One for each of those that were counted under another name: posts, and for every post a list. */
    void countByOwners() {
        sets.stream()
                .filter(set -> !set.per().isEmpty() && (!set.hasKeys() || set.awaitsOwners()))
                .forEach(set -> sets.stream()
                        .filter(other -> other != set && other.isOrHolds(set.per()))
                        .findFirst()
                        .ifPresent(set::ofOwners));
        List<SetDraft> owners = sets.stream()
                .filter(SetDraft::isOnlyCounted)
                .filter(owner -> sets.stream().anyMatch(set -> set != owner && set.isOf(owner)))
                .toList();
        sets.removeAll(owners);
    }

    /** A time said before anything was named: "for 60 days a counter per shop per day". */
    void spanOfAll(double seconds, String from) {
        whole = seconds;
        wholeFrom = from;
    }

    /** Of the one that is dated the time that was said before it. */
    void countByTimes() {
        sets.stream()
                .filter(set -> whole > 0 && !set.period().isEmpty() && !set.hasTimes())
                .forEach(set -> set.times(
                        Math.rint(whole / Lexicon.seconds(set.period())),
                        "one per " + set.period() + " for " + wholeFrom));
    }

    // Shares, which stand before what they are of.

    void share(double percent, String quoted) {
        lose();
        share = percent;
        shareFrom = quoted;
    }

    private void lose() {
        if (hasShare()) {
            lost.add(shareFrom);
        }
    }

    /** It was of something that is not known. */
    void dropShare() {
        lose();
        share = Double.NaN;
    }

    boolean isLast() {
        return open == sets.get(sets.size() - 1);
    }

    /** What was only spoken of before a colon is a heading of what follows. */
    void dropHeading() {
        if (!none() && open.isEmpty()) {
            sets.remove(open);
        }
    }

    /** Something that may be meant in another way. */
    void doubt(String sentence) {
        doubts.add(sentence);
    }

    List<String> doubts() {
        return List.copyOf(doubts);
    }

    /** A word that changed nothing. */
    void lose(String word) {
        lost.add(word);
    }

    /** Shares of which nobody said what is kept in them. */
    List<String> lost() {
        dropShare();
        return List.copyOf(lost);
    }

    boolean hasShare() {
        return !Double.isNaN(share);
    }

    String shareFrom() {
        return shareFrom;
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
