package dev.keywright.once;

import dev.keywright.once.jdbc.Database;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.h2.tools.Server;

/**
 * Processes ask for the same 10,000 operations over and over, die by themselves in the middle, are killed with {@code -9} and stopped for
 * longer than their leases. In the end every operation that is not done is asked for once more, and the ledger must hold each exactly
 * once. Arguments: minutes (1), processes (3), {@code guarded} or {@code naked} (without the table: shows what the audit finds).
 */
final class OnceSoak {

    private static final int OPERATIONS = 10_000;
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private final String uri;
    private final String url;
    private final String mode;
    private final Random random = new Random(1);
    private final Process[] processes;
    private int kills;
    private int deaths;
    private int stops;

    private OnceSoak(String uri, String url, String mode, int processes) {
        this.uri = uri;
        this.url = url;
        this.mode = mode;
        this.processes = new Process[processes];
    }

    public static void main(String[] arguments) throws Exception {
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
        int processes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        String mode = arguments.length > 2 ? arguments[2] : "guarded";
        Server database =
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        String url = "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:once;DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                Standalone redis = Standalone.start()) {
            statement.execute(Database.H2.ddl("operation_once"));
            statement.execute("CREATE TABLE ledger (number INT, token BIGINT)");
            statement.execute("CREATE INDEX ledger_number ON ledger (number)");
            OnceSoak soak = new OnceSoak(redis.uri(), url, mode, processes);
            try {
                soak.run((long) (minutes * 60_000_000_000L));
            } finally {
                soak.end();
            }
            OUT.println(soak.audit(statement));
        } finally {
            database.stop();
        }
    }

    private void start(int seat) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                OnceChild.class.getName()));
        command.addAll(List.of(uri, url, Integer.toString(OPERATIONS), Long.toString(random.nextLong()), mode));
        processes[seat] = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void run(long nanos) throws IOException, InterruptedException {
        for (int seat = 0; seat < processes.length; seat++) {
            start(seat);
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(400)));
            for (int seat = 0; seat < processes.length; seat++) {
                if (!processes[seat].isAlive()) {
                    deaths++;
                    start(seat);
                }
            }
            int seat = random.nextInt(processes.length);
            switch (random.nextInt(8)) {
                case 0 -> {
                    processes[seat].destroyForcibly().waitFor();
                    kills++;
                    start(seat);
                }
                case 1 -> {
                    signal(seat, "STOP");
                    LockSupport.parkNanos(
                            OnceChild.OPTIONS.lease().multipliedBy(2).toNanos());
                    signal(seat, "CONT");
                    stops++;
                }
                default -> {} // goes on working
            }
        }
    }

    private void signal(int seat, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(processes[seat].pid()))
                .start()
                .waitFor();
    }

    private void end() throws InterruptedException {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private String audit(Statement statement) throws SQLException {
        long doneBefore = number(statement, "SELECT COUNT(DISTINCT number) FROM ledger");
        int differing = 0;
        try (OnceChild last = new OnceChild(uri, url, mode.equals("guarded"))) {
            for (int number = 0; number < OPERATIONS; number++) {
                String first = last.run(number, () -> {});
                String again = last.run(number, () -> {
                    throw new IllegalStateException("It ran although it was done");
                });
                long token = number(statement, "SELECT MIN(token) FROM ledger WHERE number = " + number);
                differing += first.equals(again) && first.equals("done by " + token) ? 0 : 1;
            }
        }
        long effects = number(statement, "SELECT COUNT(*) FROM ledger");
        long once = number(
                statement, "SELECT COUNT(*) FROM (SELECT number FROM ledger GROUP BY number HAVING COUNT(*) = 1)");
        return OPERATIONS + " operations (" + doneBefore + " done before the end), " + kills + " kills, " + deaths
                + " deaths in the middle, " + stops + " stops: " + effects + " effects, " + once
                + " operations with exactly one, " + differing + " results that are not those of their effect. "
                + (once == OPERATIONS && effects == OPERATIONS && differing == 0 ? "RIGHT" : "WRONG");
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }
}
