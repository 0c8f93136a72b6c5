# Connects to all, is idle, asks each again and prints what became of it: SECONDS NAME=HOST:PORT...
# Then prints how the last connection ends.
import socket, sys, threading, time

open_ = {}
for word in sys.argv[2:]:
    name, address = word.split('=')
    host, port = address.split(':')
    s = socket.create_connection((host, int(port)), 20)
    s.settimeout(20)
    s.sendall(b'hello')
    assert s.recv(100) == b'hello', name
    open_[name] = s
print('idle', flush=True)
time.sleep(float(sys.argv[1]))

def ask(name, s):
    s.settimeout(5)
    try:
        s.sendall(b'again')
        d = s.recv(100)
        print(name, 'answer' if d == b'again' else 'end', flush=True)
    except socket.timeout:
        print(name, 'silence', flush=True)
    except OSError as e:
        print(name, 'error', type(e).__name__, flush=True)

threads = [threading.Thread(target=ask, args=pair) for pair in open_.items()]
for t in threads: t.start()
for t in threads: t.join()
print('asked', flush=True)
last = list(open_.values())[-1]
last.settimeout(60)
try:
    print('last', 'data' if last.recv(1) else 'end', flush=True)
except OSError as e:
    print('last', 'error', type(e).__name__, flush=True)
