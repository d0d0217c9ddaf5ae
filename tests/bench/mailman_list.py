"""mailman_list.py CONFIG COUNT personal|bulk MESSAGE FOLDER: what Mailman is to
send, made by its own modules: a list, with so many members when each is to have
a message of his own, and in FOLDER what its queue `out` holds when a message is
about to leave."""
import email
import sys

from mailman.app.lifecycle import create_list
from mailman.config import config
from mailman.core.initialize import initialize
from mailman.core.switchboard import Switchboard
from mailman.email.message import Message
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.mailinglist import Personalization
from mailman.interfaces.usermanager import IUserManager
from zope.component import getUtility

LIST = "weekly@example.org"


def make_list(people, personal):
    getUtility(IDomainManager).add(LIST.split("@")[1])
    weekly = create_list(LIST)
    weekly.send_welcome_message = False
    if personal:
        weekly.personalize = Personalization.full
        users = getUtility(IUserManager)
        for n, address in enumerate(people):
            user = users.create_user(address, f"Reader {n}")
            weekly.subscribe(list(user.addresses)[0])
    config.db.commit()


def main():
    settings, count, personal, path, folder = sys.argv[1:]
    initialize(settings)
    people = [f"reader{n:07}@example.org" for n in range(int(count))]
    make_list(people, personal == "personal")
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, Message)
    queue = Switchboard("held", folder)
    queue.enqueue(message, listid="weekly.example.org", recipients=people,
                  to_list=True)


main()
