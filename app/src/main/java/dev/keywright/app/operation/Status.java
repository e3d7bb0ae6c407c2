package dev.keywright.app.operation;

import dev.keywright.ops.local.Running;
import dev.keywright.ops.local.TopologyStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells how topologies are: those {@code keywright up} started, or the one a URI leads to. Changes nothing. */
public final class Status {

    private final Running.Book book;

    public Status(Running.Book book) {
        this.book = book;
    }

    /** With the topologies of this user. */
    public static Status ofUser() {
        return new Status(Running.Book.ofUser());
    }

    /** @param topologies by name; the name of one that a URI led to is its URI without the password */
    public record Result(List<Named> topologies) {}

    /** A topology under its name. */
    public record Named(String name, TopologyStatus status) {}

    /** @param target a name or a URI; empty: all that run */
    public Result run(Optional<String> target) {
        if (target.isPresent() && target.get().contains("://")) {
            TopologyStatus status = TopologyStatus.of(target.get());
            return new Result(List.of(new Named(status.uri(), status)));
        }
        List<Running> running = book.all();
        if (target.isEmpty()) {
            return new Result(running.stream().map(Status::look).toList());
        }
        Running one = Running.named(running, target)
                .orElseThrow(() -> new UserError("Nothing of the name " + target.get() + " runs; "
                        + (running.isEmpty()
                                ? "nothing runs that keywright up started."
                                : "there is "
                                        + running.stream().map(Running::name).collect(Collectors.joining(", "))
                                        + ".")));
        return new Result(List.of(look(one)));
    }

    private static Named look(Running one) {
        return new Named(one.name(), TopologyStatus.of(one));
    }
}
