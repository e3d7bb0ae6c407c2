package dev.keywright.ops.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.lease.Stem;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which queue a key belongs to.
 *
 * @param part what comes after the name
 */
record QueueKeys(String queue, String part) {

    private static final Pattern FORM = Pattern.compile("job:\\{([^}]+)\\}:([a-z]+(?::wish)?)(?::.*)?", Pattern.DOTALL);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static String stem(String queue) {
        try {
            return new Stem("job", "job queue", queue).text();
        } catch (IllegalArgumentException e) {
            throw new OpsException(e.getMessage() + ".", e);
        }
    }

    static Optional<QueueKeys> of(byte[] key) {
        Matcher form = FORM.matcher(new String(key, UTF_8));
        return form.matches()
                ? Optional.of(new QueueKeys(form.group(1).replace("%7D", "}").replace("%25", "%"), form.group(2)))
                : Optional.empty();
    }

    /** Whether a worker has its answers there; those who steered a queue have left some, too. */
    boolean isWorker() {
        return part.equals("told");
    }

    /** @throws OpsException when there is no such queue */
    static void checkIsThere(Connection connection, String queue) {
        String stem = stem(queue);
        Command.Builder exists = Command.named("EXISTS");
        for (String part : new String[] {":meta", ":jobs", ":inbox", ":locks", ":arrived"}) {
            exists.key(stem + part);
        }
        long keys = connection
                .call(exists.buildRepeatable(), PATIENCE)
                .orThrow("EXISTS " + stem)
                .number();
        if (keys == 0) {
            throw new OpsException("There is no job queue " + queue + " on " + connection
                    + ". Call keywright jobs with the URI alone to see which queues there are.");
        }
    }
}
