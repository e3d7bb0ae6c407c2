package dev.keywright.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a queue knows of a job. */
public final class StoredJob {

    /** One attempt that failed. */
    public record Failed(Instant at, int attempt, String cause) {}

    private static final int FIELDS = 8;

    private final Header header;
    private final JobState state;
    private final Optional<Instant> since;
    private final byte[] payload;
    private final List<Failed> history;
    private final byte[] result;
    private final String progress;

    private StoredJob(List<Reply> fields) {
        this.header = new Header(fields.get(0).bytes(), fields.get(3).bytes());
        this.state = JobState.of(fields.get(1).text());
        String millis = fields.get(2).text();
        this.since = millis.isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli((long) Double.parseDouble(millis)));
        this.payload = bytes(fields.get(4));
        this.history = history(bytes(fields.get(5)));
        this.result = bytes(fields.get(6));
        this.progress = new String(bytes(fields.get(7)), UTF_8);
    }

    static List<StoredJob> all(Reply reply) {
        List<Reply> fields = reply.items();
        List<StoredJob> jobs = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += FIELDS) {
            jobs.add(new StoredJob(fields.subList(i, i + FIELDS)));
        }
        return jobs;
    }

    private static byte[] bytes(Reply reply) {
        return reply.isNothing() ? new byte[0] : reply.bytes();
    }

    /** {@code millis;attempt;length:cause} each, the last one perhaps cut off. */
    private static List<Failed> history(byte[] stored) {
        List<Failed> history = new ArrayList<>();
        int at = 0;
        while (at < stored.length) {
            int colon = at;
            while (colon < stored.length && stored[colon] != ':') {
                colon++;
            }
            String[] front = new String(stored, at, colon - at, US_ASCII).split(";", -1);
            if (colon == stored.length || front.length < 3) {
                break;
            }
            int length = Math.min(Integer.parseInt(front[2]), stored.length - colon - 1);
            String cause = new String(stored, colon + 1, length, StandardCharsets.UTF_8);
            history.add(new Failed(Instant.ofEpochMilli(Long.parseLong(front[0])), Integer.parseInt(front[1]), cause));
            at = colon + 1 + length;
        }
        return List.copyOf(history);
    }

    public String id() {
        return header.id();
    }

    public String type() {
        return header.type();
    }

    public Optional<String> key() {
        return header.key();
    }

    public JobState state() {
        return state;
    }

    /** How often it was tried since it came, or was redriven. */
    public int attempts() {
        return header.attempts();
    }

    public int maxAttempts() {
        return header.most();
    }

    public Instant enqueuedAt() {
        return header.at();
    }

    /** Of a job for later when it is due, of an active one when its lease ends, of others when they ended; by the server's clock. */
    public Optional<Instant> stateTime() {
        return since;
    }

    /** The attempts that failed, the last one first; some 16 kB of them are kept. */
    public List<Failed> history() {
        return history;
    }

    /** What {@link Job#progress} said last. */
    public String progress() {
        return progress;
    }

    /**
     * The value it was enqueued with; empty once it is done.
     *
     * @throws IllegalArgumentException when the codec cannot read it
     */
    public <T> Optional<T> value(Codec<T> codec) {
        return decoded(codec, payload);
    }

    /** What {@link Job#result} gave, once it is done. */
    public <R> Optional<R> result(Codec<R> codec) {
        return decoded(codec, result);
    }

    static <T> Optional<T> decoded(Codec<T> codec, byte[] stored) {
        return stored.length == 0
                ? Optional.empty()
                : Optional.of(codec.decode(stored[0], stored, 1, stored.length - 1));
    }

    @Override
    public String toString() {
        return "job " + id() + " of type " + type() + ", " + state;
    }
}
