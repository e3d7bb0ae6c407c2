package dev.keywright.ops.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.wire.Replies;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads one database over one connection, so that the server always has something to do and never much at once.
 *
 * <p>A step sends SCAN for the page to come with the facts of half a page, and then, while the server works on these, the other half
 * and the next questions about pages before. Each half is answered while the next is already waiting there: no more than that, so
 * another client waits for half a page at most. Answers come in the order of the questions.
 */
final class Reader {

    private static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(US_ASCII);

    private final Wire wire;
    private final boolean plain;
    private final Replies replies;
    private final Governor governor;
    private final Rights rights;
    private final Looks looks;
    private final long readsBelow;
    private final long startedMillis;
    private final RecentNames recent = new RecentNames();

    private final Deque<Page> open = new ArrayDeque<>();
    private final List<Page> ready = new ArrayList<>();
    private boolean frequencies;
    private List<Fact> facts;
    private List<Fact> firstFacts;

    Reader(Server server, Governor governor, Rights rights, Looks looks, double sampleRatio) {
        this.wire = server.wire();
        this.plain = server.plain();
        this.replies = new Replies(wire);
        this.governor = governor;
        this.rights = rights;
        this.looks = looks;
        this.frequencies = server.facts().countsUse();
        this.startedMillis = server.facts().startedMillis();
        this.readsBelow = Draft.below(sampleRatio);
        this.facts = facts();
        this.firstFacts = firstFacts();
    }

    /**
     * Reads from a cursor to the end, or until the scan is stopped.
     *
     * @param finished takes the pages in the order of their cursors, each when all about it is known
     */
    void read(long cursor, Consumer<Page> finished) throws IOException {
        request(cursor);
        wire.flush();
        Page next = names();
        List<Batch> seconds = List.of();
        while (next != null || !ready.isEmpty() || !seconds.isEmpty()) {
            if (next != null && !governor.allow(next.names)) {
                next = null;
            }
            boolean more = next != null && next.nextCursor != 0;
            if (next != null) {
                open.add(next);
                begin(next);
                if (more) {
                    request(next.nextCursor);
                }
            }
            List<Batch> firsts = firsts();
            List<Batch> before = seconds;
            seconds = seconds();
            ready.clear();
            send(firsts);
            take(before);
            send(seconds);
            next = more ? names() : null;
            take(firsts);
            while (!open.isEmpty() && open.peek().stage == Page.Stage.DONE) {
                finished.accept(open.remove());
            }
        }
    }

    /**
     * What the server is asked about a page in one go; the stage ends with the last of them.
     *
     * @param asked of each key, where facts are
     */
    private record Batch(Page page, List<Draft> drafts, List<Fact> asked, boolean last) {}

    private List<Batch> firsts() {
        return ready.stream().map(page -> batch(page, 0, half(page))).toList();
    }

    private List<Batch> seconds() {
        return ready.stream()
                .filter(page -> half(page) < page.subjects.size())
                .map(page -> batch(page, half(page), page.subjects.size()))
                .toList();
    }

    private Batch batch(Page page, int from, int to) {
        List<Fact> asked = switch (page.stage) {
            case FACTS -> firstFacts;
            case TYPES -> List.of(Fact.TYPE);
            case ASKING -> facts;
            case COUNTS, SHAPES, DONE -> List.of();
        };
        return new Batch(page, page.subjects.subList(from, to), asked, to == page.subjects.size());
    }

    /** Facts are most of the work; what comes after is asked in one go. */
    private static int half(Page page) {
        int all = page.subjects.size();
        return page.stage == Page.Stage.FACTS ? (all + 1) / 2 : all;
    }

    // --- names

    private void request(long cursor) throws IOException {
        wire.send("SCAN", Long.toUnsignedString(cursor), "COUNT", Integer.toString(governor.pageSize()));
    }

    private Page names() throws IOException {
        if (replies.next() == Replies.FAILED) {
            String error = replies.text();
            if (Refusal.of(error) == Refusal.UNREADY) {
                throw new Unready(error);
            }
            throw new Stuck(
                    "SCAN is refused on " + wire + ", and without it there are no names. Grant the user +scan.");
        }
        replies.next();
        Page page = new Page(Long.parseUnsignedLong(replies.text()));
        replies.next();
        for (long left = replies.number(); left > 0; left--) {
            replies.next();
            byte[] name = replies.copy(replies.length());
            long hash = Draft.hash(name);
            if (!recent.add(hash)) {
                page.repeats++;
                continue;
            }
            page.names++;
            if (hash < readsBelow) {
                page.drafts.add(new Draft(name, hash));
            }
        }
        return page;
    }

    // --- stages

    private void begin(Page page) {
        page.subjects = page.drafts;
        become(page, Page.Stage.FACTS);
    }

    private void become(Page page, Page.Stage stage) {
        page.stage = page.subjects.isEmpty() ? Page.Stage.DONE : stage;
        if (page.stage != Page.Stage.DONE) {
            ready.add(page);
        }
    }

    private void send(List<Batch> batches) throws IOException {
        for (Batch batch : batches) {
            switch (batch.page.stage) {
                case FACTS, TYPES, ASKING -> sendFacts(batch);
                case COUNTS -> looks.sendCounts(wire, batch.drafts);
                case SHAPES -> looks.sendShapes(wire, batch.drafts);
                case DONE -> {}
            }
        }
        wire.flush();
    }

    private void take(List<Batch> batches) throws IOException {
        for (Batch batch : batches) {
            switch (batch.page.stage) {
                case FACTS, TYPES, ASKING -> takeFacts(batch);
                case COUNTS -> looks.readCounts(replies, batch.drafts);
                case SHAPES -> looks.readShapes(replies, batch.drafts);
                case DONE -> {}
            }
            if (batch.last) {
                goOn(batch.page, batch.asked);
            }
        }
    }

    /** To the next stage. */
    private void goOn(Page page, List<Fact> asked) {
        switch (page.stage) {
            case FACTS -> {
                page.subjects = asked.contains(Fact.TYPE) ? List.of() : untyped(page);
                if (page.subjects.isEmpty()) {
                    follow(page);
                } else {
                    become(page, Page.Stage.TYPES);
                }
            }
            case TYPES -> follow(page);
            case ASKING -> look(page);
            case COUNTS -> {
                page.subjects = looks.shaped(page.subjects);
                become(page, Page.Stage.SHAPES);
            }
            case SHAPES, DONE -> page.stage = Page.Stage.DONE;
        }
    }

    private List<Draft> untyped(Page page) {
        List<Draft> untyped = new ArrayList<>();
        for (Draft draft : page.drafts) {
            if (draft.fate == Draft.Fate.READ && !draft.typed(plain)) {
                untyped.add(draft);
            }
        }
        return untyped;
    }

    /** Keys on the move are asked for again. */
    private void follow(Page page) {
        List<Draft> moved = page.drafts.stream()
                .filter(draft -> draft.fate == Draft.Fate.MOVED)
                .toList();
        if (moved.isEmpty()) {
            look(page);
        } else {
            page.subjects = moved;
            become(page, Page.Stage.ASKING);
        }
    }

    private void look(Page page) {
        page.subjects = looks.choose(page);
        page.touched = looks.touching() ? page.subjects.size() : 0;
        become(page, Page.Stage.COUNTS);
    }

    // --- facts

    private List<Fact> facts() {
        List<Fact> asked = new ArrayList<>(
                List.of(Fact.TYPE, Fact.BYTES, Fact.ENCODING, frequencies ? Fact.FREQUENCY : Fact.IDLE, Fact.TTL));
        asked.removeIf(fact -> !rights.allow(fact.phrase));
        return asked;
    }

    /** Most encodings belong to one type: it is not asked for before the encoding is known. */
    private List<Fact> firstFacts() {
        return facts.contains(Fact.ENCODING)
                ? facts.stream().filter(fact -> fact != Fact.TYPE).toList()
                : facts;
    }

    private void sendFacts(Batch batch) throws IOException {
        for (Draft draft : batch.drafts) {
            for (Fact fact : batch.asked) {
                if (batch.page.stage == Page.Stage.ASKING) {
                    wire.put(ASKING);
                }
                fact.phrase.send(wire, draft.framed);
            }
        }
    }

    private void takeFacts(Batch batch) throws IOException {
        long now = System.currentTimeMillis();
        for (Draft draft : batch.drafts) {
            draft.fate = Draft.Fate.READ;
            for (Fact fact : batch.asked) {
                if (batch.page.stage == Page.Stage.ASKING) {
                    replies.skip();
                }
                if (replies.next() == Replies.FAILED) {
                    refused(fact, draft);
                } else {
                    fact.take(replies, draft, now);
                }
            }
            if (draft.encoding == Encoding.INT && draft.idleSeconds > (now - startedMillis) / 1000) {
                draft.idleSeconds =
                        Key.UNKNOWN; // small integers are one object for all keys, which nobody's use touches
            }
        }
    }

    private void refused(Fact fact, Draft draft) throws IOException {
        String error = replies.text();
        switch (Refusal.of(error)) {
            case KEY -> draft.fate = Draft.Fate.DENIED;
            case MOVED -> draft.fate = Draft.Fate.MOVED;
            case GONE -> draft.fate = Draft.Fate.VANISHED;
            case UNREADY -> throw new Unready(error);
            case POLICY -> frequencies = fact == Fact.IDLE;
            case COMMAND -> {
                if (fact == Fact.TYPE) {
                    throw new Stuck("TYPE is refused on " + wire + ", and without it nothing can be said of a key."
                            + " Grant the user +type.");
                }
                rights.refused(fact.phrase, fact.what);
            }
        }
        facts = facts();
        firstFacts = firstFacts();
    }
}
