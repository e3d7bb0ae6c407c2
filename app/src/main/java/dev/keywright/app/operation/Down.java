package dev.keywright.app.operation;

import dev.keywright.ops.local.Running;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Ends topologies that {@code keywright up} started. */
public final class Down {

    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Running.Book book;

    public Down(Running.Book book) {
        this.book = book;
    }

    /** With the topologies of this user. */
    public static Down ofUser() {
        return new Down(Running.Book.ofUser());
    }

    /**
     * @param name which one; may be left out when one runs
     * @return the names of those ended
     */
    public List<String> run(Optional<String> name, boolean all) {
        List<Running> running = book.all();
        if (all) {
            running.forEach(this::end);
            return running.stream().map(Running::name).toList();
        }
        Running one = Running.named(running, name)
                .orElseThrow(() -> new UserError(
                        running.isEmpty()
                                ? "Nothing runs that keywright up started."
                                : "Say which one to end, or --all: "
                                        + running.stream().map(Running::name).collect(Collectors.joining(", ")) + "."));
        end(one);
        return List.of(one.name());
    }

    private void end(Running one) {
        one.keeper().ifPresent(keeper -> {
            keeper.destroy();
            try {
                keeper.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException tooSlow) {
                keeper.destroyForcibly();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        book.remove(one.name());
    }
}
