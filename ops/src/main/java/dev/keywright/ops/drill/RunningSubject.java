package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Servers that run already. Those whose process is known are this machine's own, and may be killed and frozen; whoever keeps them
 * starts them again. Others are somebody's.
 */
final class RunningSubject implements Subject {

    private final String uri;
    private final Function<String, Optional<Long>> processes;
    private final boolean foreign;
    private final boolean yes;
    private @Nullable Frozen frozen;
    private boolean shutsDown;

    /** A process that stands still, and what lets it run on should the drill be broken off. */
    private record Frozen(ProcessHandle process, Thread atEnd) {}

    /**
     * @param processes the process of a server at {@code host:port}, if it is one of ours
     * @param foreign whether servers whose process is not known may be drilled at all
     * @param yes whether they may be shut down
     */
    RunningSubject(String uri, Function<String, Optional<Long>> processes, boolean foreign, boolean yes) {
        this.uri = uri;
        this.processes = processes;
        this.foreign = foreign;
        this.yes = yes;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public String words() {
        return "servers that were running";
    }

    @Override
    public boolean shutsDown() {
        return shutsDown;
    }

    @Override
    public void check(Fault fault, Endpoint primary, Panel panel) {
        Optional<ProcessHandle> process = process(primary, panel);
        shutsDown = fault == Fault.KILL && process.isEmpty();
        if (process.isPresent()) {
            if (fault == Fault.PARTITION) {
                throw new DrillRefused("Servers that run cannot be parted from each other. Choose --fault kill or"
                        + " freeze, or let the drill start the topology itself.");
            }
            return;
        }
        if (!foreign) {
            throw new DrillRefused(primary + " was not started by keywright up on this machine. Say --allow-foreign to"
                    + " drill it all the same: that writes some keys that expire and orders one failover.");
        }
        if (fault == Fault.FREEZE || fault == Fault.PARTITION) {
            throw new DrillRefused("A server of somebody else's cannot be stopped or cut off from here (" + primary
                    + "). Choose --fault failover or kill.");
        }
        if (fault == Fault.KILL && !yes) {
            throw new DrillRefused("--fault kill would end " + primary + " by SHUTDOWN NOSAVE, and somebody has to"
                    + " start it again. Add --yes if that is meant.");
        }
    }

    /** The server's process, when it is one of ours and says so itself. */
    private Optional<ProcessHandle> process(Endpoint server, Panel panel) {
        Optional<Long> known = processes.apply(server.toString());
        String said = panel.info(server, "server").getOrDefault("process_id", "");
        return known.filter(pid -> Long.toString(pid).equals(said))
                .flatMap(ProcessHandle::of)
                .filter(RunningSubject::isOfThisUser);
    }

    private static boolean isOfThisUser(ProcessHandle process) {
        return process.info().user().equals(ProcessHandle.current().info().user());
    }

    @Override
    public void strike(Fault fault, Endpoint primary, Panel panel) {
        Optional<ProcessHandle> process = process(primary, panel);
        switch (fault) {
            case KILL -> {
                if (process.isEmpty()) {
                    panel.ask(primary, "SHUTDOWN", "NOSAVE", "NOW");
                } else {
                    process.get().destroyForcibly();
                }
            }
            case FREEZE -> freeze(process.orElseThrow());
            case PARTITION, FAILOVER -> throw new IllegalStateException(fault + " is not done here");
        }
    }

    private void freeze(ProcessHandle process) {
        Frozen now = new Frozen(process, new Thread(() -> signal("-CONT", process), "keywright-drill-thaw"));
        Runtime.getRuntime().addShutdownHook(now.atEnd());
        frozen = now;
        signal("-STOP", process);
    }

    @Override
    public void mend(Fault fault, Endpoint primary) {
        Frozen now = frozen;
        if (now != null) {
            frozen = null;
            Runtime.getRuntime().removeShutdownHook(now.atEnd());
            signal("-CONT", now.process());
        }
    }

    private static void signal(String signal, ProcessHandle process) {
        try {
            int status = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new OpsException(
                        "kill " + signal + " " + process.pid() + " failed. Is the process yours and alive?");
            }
        } catch (IOException e) {
            throw new OpsException("There is no program kill (" + e + "). Choose --fault kill.", e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OpsException(
                    "Interrupted while a signal was sent. Check that process " + process.pid() + " runs.", interrupted);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return words();
    }
}
