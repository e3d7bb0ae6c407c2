package dev.keywright.ops.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CrewTest {

    @Test
    void aPartThatFailsEndsOneThatWaitsForAServer() throws IOException {
        Crew crew = new Crew();
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Callable<Integer> waiting = () -> {
                try (Socket socket = crew.opened(new Socket(InetAddress.getLoopbackAddress(), silent.getLocalPort()))) {
                    waits.countDown();
                    return socket.getInputStream().read();
                } finally {
                    ended.countDown();
                }
            };
            Callable<Integer> failing = () -> {
                waits.await();
                throw new IOException("the disk is full");
            };
            assertThatThrownBy(() -> crew.run(List.of(waiting, failing)))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("the disk is full");
            assertThat(ended.getCount()).as("nothing runs on").isZero();
            assertThatThrownBy(crew::requireGoingOn).isInstanceOf(IOException.class);
        }
    }

    @Test
    void allPartsAreDone() throws Exception {
        assertThat(new Crew().run(List.<Callable<Integer>>of(() -> 1, () -> 2, () -> 3)))
                .containsExactlyInAnyOrder(1, 2, 3);
    }
}
