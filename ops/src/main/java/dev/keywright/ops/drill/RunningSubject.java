package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Servers that run already. Those whose process is known are this machine's own, and may be killed and frozen; whoever keeps them
 * starts them again. Others are somebody's.
 *
 * @param processes the process of a server at {@code host:port}, if it is one of ours
 * @param foreign whether servers whose process is not known may be drilled at all
 * @param yes whether they may be shut down
 */
record RunningSubject(String uri, Function<String, Optional<Long>> processes, boolean foreign, boolean yes)
        implements Subject {

    @Override
    public String words() {
        return "servers that were running";
    }

    @Override
    public void check(Fault fault, Endpoint primary, Panel panel) {
        if (process(primary, panel).isPresent()) {
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
            case FREEZE -> signal("-STOP", process.orElseThrow());
            case PARTITION, FAILOVER -> throw new IllegalStateException(fault + " is not done here");
        }
    }

    @Override
    public void mend(Fault fault, Endpoint primary) {
        if (fault == Fault.FREEZE) {
            processes.apply(primary.toString()).flatMap(ProcessHandle::of).ifPresent(one -> signal("-CONT", one));
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
