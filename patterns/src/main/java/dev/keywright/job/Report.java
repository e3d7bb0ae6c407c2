package dev.keywright.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/** What is to become of a job: its worker's word on it, or somebody's wish. */
final class Report {

    private static final byte[] NOTHING = {};
    private static final int MOST_LETTERS = 2_000;

    private final String verb;
    private final byte[] id;
    private final long run;
    private final long delayMillis;
    private final byte[] text;

    private Report(String verb, byte[] id, long run, long delayMillis, byte[] text) {
        this.verb = verb;
        this.id = id;
        this.run = run;
        this.delayMillis = delayMillis;
        this.text = text;
    }

    static Report done(Header job, byte[] result) {
        return new Report("done", job.idBytes(), job.run(), 0, result);
    }

    static Report retry(Header job, Duration delay, String cause) {
        return new Report("retry", job.idBytes(), job.run(), delay.toMillis(), bytes(cause));
    }

    static Report dead(Header job, String cause) {
        return new Report("dead", job.idBytes(), job.run(), 0, bytes(cause));
    }

    /** The attempt does not count. */
    static Report back(Header job, Duration delay, String cause) {
        return new Report("back", job.idBytes(), job.run(), delay.toMillis(), bytes(cause));
    }

    static Report drop(Header job) {
        return new Report("drop", job.idBytes(), job.run(), 0, NOTHING);
    }

    static Report wish(String verb, byte[] id) {
        return new Report(verb, id, 0, 0, NOTHING);
    }

    private static byte[] bytes(String text) {
        String brief = text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) + "..." : text;
        return brief.getBytes(UTF_8);
    }

    byte[] verb() {
        return verb.getBytes(US_ASCII);
    }

    byte[] id() {
        return id;
    }

    long run() {
        return run;
    }

    long delayMillis() {
        return delayMillis;
    }

    byte[] text() {
        return text;
    }
}
