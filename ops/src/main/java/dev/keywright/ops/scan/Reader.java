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
 * Reads one database over one connection. While the facts of one page are read, the server works on those of the next, and the page
 * after that is asked for: neither waits for the other, and no more than two pages wait at the server.
 *
 * <p>A step sends SCAN for the page to come and the questions of all pages that are ready for their next stage; then it reads the
 * answers to the step before, and last the names of the page to come. Answers come in the order of the questions.
 */
final class Reader {

    private static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(US_ASCII);

    private final Wire wire;
    private final Replies replies;
    private final Governor governor;
    private final Rights rights;
    private final Looks looks;
    private final long readsBelow;
    private final long startedMillis;
    private final RecentNames recent = new RecentNames();

    private final Deque<Page> open = new ArrayDeque<>();
    private List<Page> sent = new ArrayList<>();
    private List<Page> ready = new ArrayList<>();
    private boolean frequencies;
    private List<Fact> facts;

    Reader(Wire wire, Governor governor, Rights rights, Looks looks, ServerFacts server, double sampleRatio) {
        this.wire = wire;
        this.replies = new Replies(wire);
        this.governor = governor;
        this.rights = rights;
        this.looks = looks;
        this.frequencies = server.countsUse();
        this.startedMillis = server.startedMillis();
        this.readsBelow = Draft.below(sampleRatio);
        this.facts = facts();
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
        while (next != null || !sent.isEmpty() || !ready.isEmpty()) {
            if (next != null && !governor.allow(next.names)) {
                next = null;
            }
            boolean more = false;
            if (next != null) {
                more = next.nextCursor != 0;
                if (more) {
                    request(next.nextCursor);
                }
                open.add(next);
                begin(next);
            }
            List<Page> waiting = sent;
            sent = ready;
            ready = new ArrayList<>();
            for (Page page : sent) {
                send(page);
            }
            wire.flush();
            for (Page page : waiting) {
                take(page);
            }
            while (!open.isEmpty() && open.peek().stage == Page.Stage.DONE) {
                finished.accept(open.remove());
            }
            next = more ? names() : null;
        }
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

    private void send(Page page) throws IOException {
        switch (page.stage) {
            case FACTS, ASKING -> sendFacts(page);
            case COUNTS -> looks.sendCounts(wire, page.subjects);
            case SHAPES -> looks.sendShapes(wire, page.subjects);
            case DONE -> {}
        }
    }

    private void take(Page page) throws IOException {
        switch (page.stage) {
            case FACTS -> {
                takeFacts(page);
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
            case ASKING -> {
                takeFacts(page);
                look(page);
            }
            case COUNTS -> {
                looks.readCounts(replies, page.subjects);
                page.subjects = looks.shaped(page.subjects);
                become(page, Page.Stage.SHAPES);
            }
            case SHAPES -> {
                looks.readShapes(replies, page.subjects);
                page.stage = Page.Stage.DONE;
            }
            case DONE -> {}
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

    private void sendFacts(Page page) throws IOException {
        page.asked = facts;
        for (Draft draft : page.subjects) {
            for (Fact fact : facts) {
                if (page.stage == Page.Stage.ASKING) {
                    wire.put(ASKING);
                }
                fact.phrase.send(wire, draft.framed);
            }
        }
    }

    private void takeFacts(Page page) throws IOException {
        long now = System.currentTimeMillis();
        for (Draft draft : page.subjects) {
            draft.fate = Draft.Fate.READ;
            for (Fact fact : page.asked) {
                if (page.stage == Page.Stage.ASKING) {
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
    }
}
