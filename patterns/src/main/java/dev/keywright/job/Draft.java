package dev.keywright.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A job as the scripts take it: id, due, header, payload. */
final class Draft {

    private final String id;
    private final List<byte[]> arguments;
    private final boolean fresh;

    private Draft(String id, List<byte[]> arguments, boolean fresh) {
        this.id = id;
        this.arguments = arguments;
        this.fresh = fresh;
    }

    /** @param fresh whether the id was made up for this call */
    static Draft of(NewJob<?> job, String id, JobOptions options, boolean fresh) {
        return of(job, id, options, Role.ALONE, fresh);
    }

    /**
     * Of a job among others.
     *
     * @param of the batch it belongs to
     * @param after the batch it waits for
     * @param jobs how many that one has
     * @param onSuccess whether it is dead at once when one of them failed
     */
    record Role(Optional<String> of, Optional<String> after, long jobs, boolean onSuccess) {

        static final Role ALONE = new Role(Optional.empty(), Optional.empty(), 0, false);

        static Role of(String batch) {
            return new Role(Optional.of(batch), Optional.empty(), 0, false);
        }

        static Role after(String batch, long jobs, boolean onSuccess) {
            return new Role(Optional.empty(), Optional.of(batch), jobs, onSuccess);
        }

        /** Each is a batch of its own for the next. */
        static Role inChain(String chain, int place, int length) {
            return new Role(
                    place == length - 1 ? Optional.empty() : Optional.of(chain + '/' + place),
                    place == 0 ? Optional.empty() : Optional.of(chain + '/' + (place - 1)),
                    1,
                    place > 0);
        }
    }

    static Draft of(NewJob<?> job, String id, JobOptions options, Role role, boolean fresh) {
        byte[] payload = payload(job, options);
        StringBuilder flags = new StringBuilder("n");
        List<byte[]> parts = new ArrayList<>(List.of(bytes(job.type().name())));
        add('k', job.key(), flags, parts);
        add('u', job.unique(), flags, parts);
        add('b', role.of(), flags, parts);
        add('w', role.after(), flags, parts);
        if (role.onSuccess()) {
            add('s', Optional.of(""), flags, parts);
        }
        byte[] front = (job.attempts().orElse(options.attempts()) + ";"
                        + job.priority() * options.priorityLead().toNanos() / 1_000 + ";" + flags + ";")
                .getBytes(US_ASCII);
        byte[] tail = Texts.join(parts);
        byte[] header = new byte[front.length + tail.length];
        System.arraycopy(front, 0, header, 0, front.length);
        System.arraycopy(tail, 0, header, front.length, tail.length);
        String due = role.after().isPresent() ? "b" + role.jobs() : job.due().text();
        return new Draft(id, List.of(bytes(id), bytes(due), header, payload), fresh);
    }

    private static void add(char flag, Optional<String> text, StringBuilder flags, List<byte[]> parts) {
        text.ifPresent(there -> {
            flags.append(flag);
            parts.add(bytes(there));
        });
    }

    private static <T> byte[] payload(NewJob<T> job, JobOptions options) {
        byte[] encoded = job.type().codec().encode(job.value());
        if (encoded.length >= options.maxPayloadBytes()) {
            throw new IllegalArgumentException(
                    "The value of a job of type " + job.type().name() + " has "
                            + encoded.length + " bytes, " + options.maxPayloadBytes()
                            + " are allowed. Store it elsewhere and enqueue where, or raise maxPayloadBytes.");
        }
        byte[] payload = new byte[1 + encoded.length];
        payload[0] = job.type().codec().format();
        System.arraycopy(encoded, 0, payload, 1, encoded.length);
        return payload;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    String id() {
        return id;
    }

    /** Whether nobody else can have asked for it. */
    boolean fresh() {
        return fresh;
    }

    List<byte[]> arguments() {
        return arguments;
    }

    long bytes() {
        return arguments.stream().mapToLong(argument -> argument.length).sum();
    }

    /** The same, added only while {@code last} is the last tick of the schedule. */
    Draft asTick(long tick, long last, String schedule) {
        byte[] due = bytes("t" + tick + ";" + last + ";" + schedule);
        return new Draft(id, List.of(arguments.get(0), due, arguments.get(2), arguments.get(3)), fresh);
    }

    /** What {@link #packed} has written. */
    static Draft unpacked(byte[] entry) {
        List<byte[]> arguments = parts(entry);
        if (arguments.size() != 4) {
            throw new IllegalArgumentException("This is no job as prepare() writes them; give PreparedJob.entry()");
        }
        return new Draft(new String(arguments.get(0), UTF_8), arguments, false);
    }

    private static List<byte[]> parts(byte[] entry) {
        try {
            return Texts.split(entry, 0);
        } catch (NumberFormatException e) {
            return List.of();
        }
    }

    /** In one piece, for the inbox. */
    byte[] packed() {
        return Texts.join(arguments);
    }
}
