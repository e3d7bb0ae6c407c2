package dev.keywright.connection;

import dev.keywright.KeywrightException;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one place where trouble on the wire becomes a {@link KeywrightException}. */
final class Failures {

    /** The server understood and cannot serve now; it did not run the command. */
    private static final Set<String> LATER = Set.of(
            "LOADING",
            "BUSY",
            "READONLY",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "MASTERDOWN",
            "NOREPLICAS",
            "OOM",
            "MISCONF",
            "MOVED",
            "ASK",
            "UNKILLABLE");

    private Failures() {}

    static KeywrightException of(Reply.Failure failure, String where) {
        if (LATER.contains(failure.code())) {
            return new KeywrightException.Unavailable(
                    "Redis cannot serve now: " + failure.message() + " (" + where + "). Try again later.", false);
        }
        return new KeywrightException.Misused("Redis refused: " + failure.message() + " (" + where + ").");
    }

    static KeywrightException notSubscribed(String channel, Throwable failure) {
        String where = "SUBSCRIBE " + channel;
        return failure instanceof RedisCommandExecutionException
                ? of(new Reply.Failure(reason(failure)), where)
                : new KeywrightException.Unavailable(
                        "No answer (" + where + ", " + reason(failure) + "); nothing is heard. Try again.", true);
    }

    /** Whether the server answered that this user may not, or is none. */
    static boolean isRefusal(Reply.Failure failure) {
        return failure.is("NOPERM") || failure.is("NOAUTH") || failure.is("WRONGPASS");
    }

    /** Why no connection could be opened, in the words of whoever can mend it. */
    static KeywrightException cannotConnect(String where, Throwable failure) {
        String reason = reason(failure);
        Reply.Failure refusal = new Reply.Failure(reason);
        if (isRefusal(refusal)) {
            return new KeywrightException.Misused("Redis at " + where + " refused the user or password: "
                    + (refusal.is("NOAUTH")
                            ? "it wants one and got none. Put it into the URI."
                            : reason.replaceFirst("\\.$", "") + "."));
        }
        if (reason.contains("PKIX") || reason.contains("certifica") || reason.contains("subject alternative")) {
            return new KeywrightException.Misused("Redis at " + where + " shows a certificate that is not trusted: "
                    + reason + ". Name its authority with ?ca=FILE, or see the option verify.");
        }
        if (reason.contains("cluster support disabled")) {
            return new KeywrightException.Misused("Redis at " + where + " is no Cluster. Use redis:// instead.");
        }
        if (reason.startsWith("ERR ")) {
            return new KeywrightException.Misused(
                    "Redis at " + where + " refused the connection: " + reason + ". Check the URI.");
        }
        return new KeywrightException.Unavailable(
                "No Redis at " + where + " (" + reason + "). Start it, or check host, port and TLS.", false);
    }

    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    static KeywrightException.Unavailable noAnswer(Command command, Duration timeout) {
        return new KeywrightException.Unavailable(
                "No answer in " + words(timeout) + " (" + command
                        + "); it may have been executed. Retry, or raise the timeout.",
                true);
    }

    static KeywrightException.Unavailable interrupted(Command command, boolean sent) {
        return new KeywrightException.Unavailable(
                "Interrupted while waiting (" + command + "); it "
                        + (sent ? "may have been executed." : "was not sent."),
                sent);
    }

    static KeywrightException.Unavailable broken(Command command, @Nullable Throwable cause) {
        return new KeywrightException.Unavailable(
                "The connection broke before the answer came (" + command
                        + "); it may have been executed. Check what it did before repeating it.",
                true,
                cause);
    }

    static KeywrightException.Unavailable notConnected(Command command, Duration timeout, String where) {
        return new KeywrightException.Unavailable(
                "Not connected to " + where + " within " + words(timeout) + " (" + command
                        + "); it was not sent. Check that Redis runs and can be reached.",
                false);
    }

    static KeywrightException.Unavailable tooMany(Command command, int bound, String what) {
        return new KeywrightException.Unavailable(
                bound + " calls " + what + " already (" + command
                        + "); it was not sent. Slow down, or raise the bound in ConnectionOptions.",
                false);
    }

    static KeywrightException.Misused closed(Command command) {
        return new KeywrightException.Misused("The connection was closed (" + command + "). Open a new one.");
    }

    static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
