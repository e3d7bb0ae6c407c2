package dev.keywright.app.operation;

import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.DoctorReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Examines running servers over some seconds. Changes nothing. */
public final class Doctor {

    /**
     * @param uri any server, or Sentinels; all servers it leads to are examined
     * @param time how long rates are looked at
     * @param role what the servers are for; empty to judge by their eviction policy
     */
    public record Request(String uri, Duration time, Optional<Role> role) {}

    public record Result(DoctorReport report) {}

    /** @param progress is told in a few words what happens */
    public Result run(Request request, Consumer<String> progress) {
        dev.keywright.ops.watch.Doctor.Options options =
                new dev.keywright.ops.watch.Doctor.Options(request.time(), request.role());
        return new Result(new dev.keywright.ops.watch.Doctor(options).examine(request.uri(), progress));
    }
}
